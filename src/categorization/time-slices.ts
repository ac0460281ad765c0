import { setImmediate as nextTurn } from 'node:timers/promises';

/** The time for which other requests may wait. */
const sliceMs = 20;

/** Divides long work, so that other work of the process runs in between. */
export class TimeSlices {
  #endsAt = performance.now() + sliceMs;

  /** Call this after at most some milliseconds of work. It waits only if the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() <= this.#endsAt) return;
    await nextTurn();
    this.#endsAt = performance.now() + sliceMs;
  }
}
