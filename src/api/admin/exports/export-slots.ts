import { ApiError } from '../../../domain/errors.ts';
import { countLimitHit } from '../../limit-hits.ts';

/** By then another export may have ended. */
const retryAfterSeconds = 5;

/** Exports that run at a time in a process, of which one user or key has half, so that nobody takes all. */
export class ExportSlots {
  readonly #max: number;
  readonly #maxEach: number;
  readonly #taken = new Map<string, number>();
  #count = 0;

  constructor(max: number) {
    this.#max = max;
    this.#maxEach = Math.max(1, Math.floor(max / 2));
  }

  /**
   * Takes a slot, and returns the function that releases it. Throws ApiError `rate_limited` when the user or key
   * has too many, and `overloaded` when no slot is free.
   */
  take(who: string): () => void {
    const own = this.#taken.get(who) ?? 0;
    if (own >= this.#maxEach || this.#count >= this.#max) countLimitHit('running-exports');
    if (own >= this.#maxEach) {
      throw new ApiError(
        'rate_limited',
        `You already have ${own} exports running. Try again when one has ended.`,
        {
          retryAfterSeconds,
        },
      );
    }
    if (this.#count >= this.#max) {
      throw new ApiError(
        'overloaded',
        `${this.#max} exports are already running. Try again later.`,
        {
          retryAfterSeconds,
        },
      );
    }
    this.#count++;
    this.#taken.set(who, own + 1);
    return () => this.#release(who);
  }

  #release(who: string): void {
    this.#count--;
    const left = (this.#taken.get(who) ?? 1) - 1;
    if (left === 0) this.#taken.delete(who);
    else this.#taken.set(who, left);
  }
}
