import type { SharedCounts } from '../../cache/shared-counts.ts';
import { ApiError } from '../../domain/errors.ts';
import type { ApiContext } from '../context.ts';
import { type Counted, RateCount } from './rate-count.ts';

const windowSeconds = 60;

/** A limit of requests a minute that clients are told of, in headers as in draft-ietf-httpapi-ratelimit-headers. */
export class RateLimit {
  readonly #name: string;
  readonly #quota: number;
  readonly #count: RateCount;
  /** The same in every answer. */
  readonly #policy: string;

  /** `name`: stays the same, since clients are told it. */
  constructor(
    name: 'per-key' | 'per-user' | 'per-address',
    quotaPerMinute: number,
    counts: SharedCounts,
  ) {
    this.#name = name;
    this.#quota = quotaPerMinute;
    this.#count = new RateCount(windowSeconds, counts.inWindows(name, windowSeconds));
    this.#policy = `"${name}";q=${quotaPerMinute};w=${windowSeconds}`;
  }

  /** Counts a request. Throws ApiError `rate_limited` beyond the quota. */
  spend(ctx: ApiContext, key: string): void {
    const counted = this.note(ctx, key);
    if (counted.count > this.#quota) throw this.#tooMany(counted);
  }

  /** Counts a request, and lets it pass whatever the count. */
  note(ctx: ApiContext, key: string): Counted {
    const counted = this.#count.add(key);
    this.#announce(ctx, counted);
    return counted;
  }

  /** Counts nothing. Throws ApiError `rate_limited` where the quota is used up, unless that is to be overlooked. */
  check(ctx: ApiContext, key: string, isOverlooked: () => boolean): void {
    const counted = this.#count.look(key);
    if (counted === null || counted.count < this.#quota || isOverlooked()) return;
    this.#announce(ctx, counted);
    throw this.#tooMany(counted);
  }

  #announce(ctx: ApiContext, { count, secondsLeft }: Counted): void {
    ctx.res.setHeader('RateLimit-Policy', this.#policy);
    ctx.res.setHeader(
      'RateLimit',
      `"${this.#name}";r=${Math.max(this.#quota - count, 0)};t=${secondsLeft}`,
    );
  }

  #tooMany({ secondsLeft }: Counted): ApiError {
    return new ApiError(
      'rate_limited',
      `More than ${this.#quota} requests within ${windowSeconds} seconds.`,
      { retryAfterSeconds: secondsLeft },
    );
  }
}
