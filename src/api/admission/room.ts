import { ApiError } from '../../domain/errors.ts';

/** Whoever waits for longer is better told to come back: most of what is taken is free within a second. */
const defaultPatienceMs = 5_000;
/** Each that waits holds a connection and what the system has buffered of its body, some 100 kB. */
const maxWaiting = 256;
/** By then most of those that were ahead are through. */
const retryAfterSeconds = 2;

interface Waiting {
  amount: number;
  enter: () => void;
}

/**
 * A bounded amount of something that requests share: those for whom there is none left wait, first come,
 * first served, and are told to come back (`overloaded`) when there are too many of them, or it takes too long.
 */
export class Room {
  readonly #capacity: number;
  readonly #patienceMs: number;
  #taken = 0;
  #waiting: Waiting[] = [];

  constructor(capacity: number, patienceMs = defaultPatienceMs) {
    this.#capacity = capacity;
    this.#patienceMs = patienceMs;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Does the work with the amount taken, and gives it back after it. Throws ApiError `overloaded`. */
  async hold<Result>(amount: number, work: () => Promise<Result>): Promise<Result> {
    await this.take(amount);
    try {
      return await work();
    } finally {
      this.giveBack(amount);
    }
  }

  /**
   * Resolves once the amount is taken; it is never more than the capacity. `isGrowing` is for one who holds
   * some already, and so goes before those who hold none. Throws ApiError `overloaded`.
   */
  async take(amount: number, { isGrowing = false } = {}): Promise<void> {
    const isNext = isGrowing || this.#waiting.length === 0;
    if (isNext && this.#fits(amount)) {
      this.#taken += amount;
      return;
    }
    if (this.#waiting.length >= maxWaiting) throw overloaded();
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        amount,
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(overloaded());
        // Those behind it may want less.
        this.#admit();
      }, this.#patienceMs);
      if (isGrowing) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
    });
  }

  giveBack(amount: number): void {
    this.#taken -= amount;
    this.#admit();
  }

  #fits(amount: number): boolean {
    return this.#taken + amount <= this.#capacity;
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#fits(next.amount);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#taken += next.amount;
      next.enter();
    }
  }
}

const overloaded = (): ApiError =>
  new ApiError('overloaded', 'There is more to take in than can be held. Nothing was stored.', {
    retryAfterSeconds,
  });
