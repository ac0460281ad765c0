import { withTimeout } from '../../domain/with-timeout.ts';

/** However often it is asked for, it is read no more than once in this time. */
const readEveryMs = 10_000;
/** Nobody waits longer: /metrics must answer within a second, also while the database is away. */
const patienceMs = 500;

interface Reading<Value> {
  value: Value;
  /** Milliseconds, as performance.now() counts them. */
  readAt: number;
}

/** What a process reads for its operators now and then, such as a count in the database. */
export class OccasionalReading<Value> {
  readonly #read: () => Promise<Value>;
  #last: Promise<Reading<Value> | null> = Promise.resolve(null);
  #isReading = false;
  #begunAt = Number.NEGATIVE_INFINITY;

  constructor(read: () => Promise<Value>) {
    this.#read = read;
  }

  /** The value, read at most 10 s ago; null while it cannot be read. */
  async current(): Promise<Reading<Value> | null> {
    if (!this.#isReading && performance.now() - this.#begunAt >= readEveryMs)
      this.#last = this.#begin();
    return withTimeout(patienceMs, this.#last, null);
  }

  async #begin(): Promise<Reading<Value> | null> {
    this.#begunAt = performance.now();
    this.#isReading = true;
    try {
      return { value: await this.#read(), readAt: performance.now() };
    } catch {
      // Whoever asks is told that it is not known. That the database is away, others log.
      return null;
    } finally {
      this.#isReading = false;
    }
  }
}
