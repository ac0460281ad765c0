import { ApiError } from '../../domain/errors.ts';
import { countLimitHit } from '../limit-hits.ts';
import type { Holder } from './fair-semaphore.ts';

/** How far a client may fall behind its pace: one that is slow from the start, or pauses, is waited for. */
const graceMs = 10_000;
/** How far it may fall behind while others wait: further than a lost packet takes to be sent again. */
const graceWhenOthersWaitMs = 2_000;
/** By then the client's connection may be better. */
const retryAfterSeconds = 5;

/** What a client must send each second, on average over the grace time. */
export interface PaceLimits {
  perSecond: number;
  perSecondWhenOthersWait: number;
}

/**
 * The pace at which a client sends what is counted, be it bytes or rows. Time counts only while the client is
 * waited for: what the server takes to store rows is not the client's fault. Who falls behind the lower pace
 * loses its request (`request_timeout`); who falls behind the higher one loses it when others need its place.
 * Who is fast enough may have to give way as well, where others need its place for an even share (`overloaded`).
 */
export class Pace implements Holder {
  readonly #always: Allowance;
  readonly #whenOthersWait: Allowance;
  #waitingSince: number | null = null;
  #waitedMs = 0;
  #lose: (error: ApiError) => void = () => {};
  #gaveWay: ApiError | null = null;
  #isOver = false;

  constructor({ perSecond, perSecondWhenOthersWait }: PaceLimits) {
    this.#always = new Allowance(perSecond, graceMs);
    this.#whenOthersWait = new Allowance(perSecondWhenOthersWait, graceWhenOthersWaitMs);
  }

  /** Counts what has come. */
  count(amount: number): void {
    this.#always.earn(amount);
    this.#whenOthersWait.earn(amount);
  }

  /** Passes on the items, and counts each one towards the pace. */
  async *countEach<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    for await (const item of items) {
      this.count(1);
      yield item;
    }
  }

  /** How long the client was waited for. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  slowForMs(): number {
    if (this.#waitingSince === null) return 0;
    const waitedMs = performance.now() - this.#waitingSince;
    return Math.max(0, waitedMs - this.#whenOthersWait.leftMs);
  }

  giveWay(): boolean {
    if (this.#isOver) return false;
    this.#gaveWay ??= this.slowForMs() > 0 ? tooSlowForOthers() : tooMuch();
    // While the server is busy with what was sent, the request is lost when it waits for the client again.
    this.#lose(this.#gaveWay);
    return true;
  }

  /** Passes on what the client sends. Throws ApiError `request_timeout` once it is too slow, or `overloaded` where it gives way. */
  async *listen(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const iterator = bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#next(iterator);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      this.#isOver = true;
      // It is not awaited, since a client that has fallen silent would not let it end.
      void iterator.return?.()?.catch(() => {});
    }
  }

  /** Makes a new promise each time: one that lasts as long as the body would hold on to every chunk that was raced against it. */
  #next(iterator: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
    if (this.#gaveWay !== null) return Promise.reject(this.#gaveWay);
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.#waitingSince = since;
      const timer = setTimeout(
        () => this.#lose(tooSlow()),
        Math.max(this.#always.leftMs, 0),
      ).unref();
      const end = (): void => {
        clearTimeout(timer);
        this.#waitingSince = null;
        this.#lose = () => {};
        const waitedMs = performance.now() - since;
        this.#waitedMs += waitedMs;
        this.#always.spend(waitedMs);
        this.#whenOthersWait.spend(waitedMs);
      };
      this.#lose = (error) => {
        if (error.code === 'request_timeout') countLimitHit('slow-uploads');
        end();
        reject(error);
      };
      iterator.next().then(
        (next) => {
          // The wait ends at once, so that a client that has just sent something need not give way.
          if (this.#waitingSince === since) end();
          resolve(next);
        },
        (error: unknown) => {
          if (this.#waitingSince === since) end();
          reject(error);
        },
      );
    });
  }
}

const tooSlow = (): ApiError =>
  new ApiError(
    'request_timeout',
    'The request arrived too slowly. Nothing was stored. Send it again.',
    { retryAfterSeconds },
  );

const tooSlowForOthers = (): ApiError =>
  new ApiError(
    'request_timeout',
    'The request arrived too slowly while others waited. Nothing was stored. Send it again.',
    { retryAfterSeconds },
  );

const tooMuch = (): ApiError =>
  new ApiError(
    'overloaded',
    'This API key held more than its share while others waited. Nothing was stored. Send it again.',
    { retryAfterSeconds, isOwnDoing: true },
  );

/** The time for which a client may be waited for. What it sends adds to it, up to the grace time; waiting uses it up. */
class Allowance {
  readonly #perSecond: number;
  readonly #graceMs: number;
  leftMs: number;

  constructor(perSecond: number, graceMs: number) {
    this.#perSecond = perSecond;
    this.#graceMs = graceMs;
    this.leftMs = graceMs;
  }

  earn(amount: number): void {
    this.leftMs = Math.min(this.leftMs + (amount * 1_000) / this.#perSecond, this.#graceMs);
  }

  /** The debt is bounded, so that the client can make up for it within the grace time. */
  spend(ms: number): void {
    this.leftMs = Math.max(this.leftMs - ms, -this.#graceMs);
  }
}
