import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a piece of work may keep other requests waiting: well below what anybody notices, and long enough that the turns cost nothing. */
const turnMs = 10;

/** Resolves when the last turn that was promised has come. */
let lastTurn: Promise<unknown> = Promise.resolve();

/** Cuts long work into turns of the event loop, by the time that has passed. */
export class EventLoopTurns {
  #began = performance.now();

  /** Whether it is time to await `next`. Asking costs some 50 ns. */
  get isOver(): boolean {
    return performance.now() - this.#began >= turnMs;
  }

  /**
   * Lets everything else that waits have its turn. In each turn of the event loop only one piece of long work
   * continues, however many there are: a short request needs several turns, and would wait for all of them in each.
   */
  async next(): Promise<void> {
    const turn = lastTurn.then(() => nextTurn());
    lastTurn = turn;
    await turn;
    this.#began = performance.now();
  }
}
