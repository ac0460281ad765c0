import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a piece of work may keep other requests waiting: well below what anybody notices, and long enough that the turns cost nothing. */
const turnMs = 10;

/** Cuts long work into turns of the event loop, by the time that has passed. */
export class Turns {
  #began = performance.now();

  /** Whether it is time to await `next`. Asking costs some 50 ns. */
  get isOver(): boolean {
    return performance.now() - this.#began >= turnMs;
  }

  /** Lets all else that waits have its turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.#began = performance.now();
  }
}
