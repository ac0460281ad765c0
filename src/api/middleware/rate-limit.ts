import type { Middleware } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';

const windowSeconds = 60;

/**
 * Limits the requests of each who asks, in the memory of this process: it must not depend on a server
 * that may be away. Headers as in draft-ietf-httpapi-ratelimit-headers, with the policy's name.
 */
export function rateLimit(
  policyName: 'per-key' | 'per-user',
  requestsPerMinute: number,
  whoAsks: (state: ApiState) => number,
): Middleware<ApiState> {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: windowSeconds });
  const policy = `"${policyName}";q=${requestsPerMinute};w=${windowSeconds}`;
  return async (ctx, next) => {
    const result = await limiter.consume(whoAsks(ctx.state)).catch((rejected: unknown) => {
      if (rejected instanceof RateLimiterRes) return rejected;
      throw rejected;
    });
    const secondsLeft = Math.ceil(result.msBeforeNext / 1000);
    ctx.set('RateLimit-Policy', policy);
    ctx.set(
      'RateLimit',
      `"${policyName}";r=${Math.max(result.remainingPoints, 0)};t=${secondsLeft}`,
    );
    if (result.consumedPoints > requestsPerMinute) {
      throw new ApiError(
        'rate_limited',
        `More than ${requestsPerMinute} requests within a minute.`,
        {
          retryAfterSeconds: Math.max(secondsLeft, 1),
        },
      );
    }
    await next();
  };
}
