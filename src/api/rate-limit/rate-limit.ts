import type { SharedCounts } from '../../cache/shared-counts.ts';
import { ApiError } from '../../domain/errors.ts';
import type { ApiContext } from '../context.ts';
import { countLimitHit } from '../limit-hits.ts';
import { RateCount, type WindowCount } from './rate-count.ts';

const windowSeconds = 60;

/** The names, which clients are told and which therefore stay the same, and what each counts. */
const units = {
  'per-key': 'requests',
  'per-user': 'requests',
  'per-address': 'requests',
  'per-address-files': 'requests',
  'per-key-rows': 'rows',
  'per-key-bytes': 'bytes',
  exports: 'exports',
} as const;

/**
 * How the draft names units other than requests, which are its default. It has none for rows, whose name says
 * what they are.
 */
const quotaUnits: Partial<Record<(typeof units)[keyof typeof units], string>> = {
  rows: 'rows',
  bytes: 'content-bytes',
};

/** A limit by the minute that clients are told of, in headers as in draft-ietf-httpapi-ratelimit-headers. */
export class RateLimit {
  readonly #name: keyof typeof units;
  readonly #quota: number;
  readonly #count: RateCount;
  /** The header, which is the same in every answer. */
  readonly #policy: string;

  constructor(name: keyof typeof units, quotaPerMinute: number, counts: SharedCounts) {
    this.#name = name;
    this.#quota = quotaPerMinute;
    this.#count = new RateCount(windowSeconds, counts.inWindows(name, windowSeconds));
    const quotaUnit = quotaUnits[units[name]];
    const unit = quotaUnit === undefined ? '' : `;qu="${quotaUnit}"`;
    this.#policy = `"${name}";q=${quotaPerMinute};w=${windowSeconds}${unit}`;
  }

  /** Counts a request and announces the limit. Throws ApiError `rate_limited` beyond the quota. */
  spend(ctx: ApiContext, key: string): void {
    const current = this.note(ctx, key);
    if (current.count > this.#quota) throw this.#tooMany(current);
  }

  /** Counts rows, bytes or exports, and announces nothing. Throws ApiError `rate_limited` beyond the quota. */
  count(key: string, amount: number): void {
    const current = this.#count.add(key, amount);
    if (current.count > this.#quota) throw this.#tooMany(current);
  }

  /** Counts a request, announces the limit, and lets the request pass whatever the count. */
  note(ctx: ApiContext, key: string): WindowCount {
    const current = this.#count.add(key);
    this.#announce(ctx, current);
    return current;
  }

  /** Announces the limit with its current count. */
  announce(ctx: ApiContext, key: string): void {
    this.#announce(ctx, this.#count.look(key) ?? { count: 0, secondsLeft: windowSeconds });
  }

  /** Counts nothing. Throws ApiError `rate_limited` where the quota is used up, unless the request is exempt. */
  check(ctx: ApiContext, key: string, isExempt: () => boolean): void {
    const current = this.#count.look(key);
    if (current === null || current.count < this.#quota || isExempt()) return;
    this.#announce(ctx, current);
    throw this.#tooMany(current);
  }

  /** Adds to the limits that the answer announces already. */
  #announce(ctx: ApiContext, { count, secondsLeft }: WindowCount): void {
    const left = `"${this.#name}";r=${Math.max(this.#quota - count, 0)};t=${secondsLeft}`;
    addToList(ctx, 'RateLimit-Policy', this.#policy);
    addToList(ctx, 'RateLimit', left);
  }

  #tooMany({ secondsLeft }: WindowCount): ApiError {
    countLimitHit(this.#name);
    return new ApiError(
      'rate_limited',
      `More than ${this.#quota} ${units[this.#name]} in ${windowSeconds} seconds. Wait for Retry-After.`,
      { retryAfterSeconds: secondsLeft },
    );
  }
}

function addToList(ctx: ApiContext, header: string, member: string): void {
  const list = ctx.res.getHeader(header);
  ctx.set(header, list === undefined ? member : `${list}, ${member}`);
}
