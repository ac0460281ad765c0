import { setImmediate as nextTurn } from 'node:timers/promises';

/** With the step that ends it, a slice takes at most 50 ms; heartbeats and other requests wait no longer. */
const sliceMs = 20;

export interface TrainingControl {
  /** Called between slices with the part of the training that is done, from 0 to 1. */
  onProgress?: (done: number) => void;
  /** Stops the training at the end of a slice. The training then throws the signal's reason. */
  signal?: AbortSignal;
}

/** Counts the steps of a training, and lets other work of the process run between them. */
export class TrainingSteps {
  readonly #control: TrainingControl;
  readonly #total: number;
  #completed = 0;
  #sliceEndsAt = 0;

  /** @param total the steps of the whole training */
  constructor(total: number, control: TrainingControl) {
    this.#total = total;
    this.#control = control;
  }

  /** Call this after at most 20 ms of work. */
  async complete(steps: number): Promise<void> {
    this.#completed += steps;
    if (performance.now() < this.#sliceEndsAt) return;
    this.#control.signal?.throwIfAborted();
    this.#control.onProgress?.(Math.min(1, this.#completed / this.#total));
    await nextTurn();
    this.#control.signal?.throwIfAborted();
    this.#sliceEndsAt = performance.now() + sliceMs;
  }
}
