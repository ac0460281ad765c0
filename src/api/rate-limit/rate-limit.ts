import { ApiError } from '../../domain/errors.ts';
import type { ApiContext } from '../context.ts';
import type { Counted, RateCount } from './rate-count.ts';

/** A limit that clients are told of, under a name that stays the same. */
export interface RatePolicy {
  name: 'per-key' | 'per-user' | 'per-address';
  /** Requests a window. */
  quota: number;
  windowSeconds: number;
}

/** Of the limits by the minute. */
export const minuteSeconds = 60;

/** Counts a request against a key's quota, and says so in the headers. Throws ApiError `rate_limited` beyond it. */
export function countRequest(
  ctx: ApiContext,
  policy: RatePolicy,
  count: RateCount,
  key: string,
): void {
  const counted = count.add(key);
  announce(ctx, policy, counted);
  if (counted.count > policy.quota) throw tooMany(policy, counted);
}

/** Headers as in draft-ietf-httpapi-ratelimit-headers. */
export function announce(ctx: ApiContext, policy: RatePolicy, counted: Counted): void {
  const { name, quota, windowSeconds } = policy;
  ctx.res.setHeader('RateLimit-Policy', `"${name}";q=${quota};w=${windowSeconds}`);
  ctx.res.setHeader(
    'RateLimit',
    `"${name}";r=${Math.max(quota - counted.count, 0)};t=${counted.secondsLeft}`,
  );
}

export const tooMany = ({ quota, windowSeconds }: RatePolicy, { secondsLeft }: Counted): ApiError =>
  new ApiError('rate_limited', `More than ${quota} requests within ${windowSeconds} seconds.`, {
    retryAfterSeconds: secondsLeft,
  });
