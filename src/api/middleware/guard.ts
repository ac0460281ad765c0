import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiState } from '../context.ts';
import { RateCount } from '../rate-limit/rate-count.ts';
import { countRequest, minuteSeconds, type RatePolicy } from '../rate-limit/rate-limit.ts';
import type { StrangerLimit } from '../rate-limit/stranger-limit.ts';
import { authenticate } from './authenticate.ts';

/** Lets requests pass that carry a key with one of the scopes, within the key's rate limit. */
export type Guard = (...scopes: [Scope, ...Scope[]]) => Middleware<ApiState>;

export function createGuard(
  apiKeys: ApiKeys,
  strangers: StrangerLimit,
  counts: SharedCounts,
  requestsPerMinute: number,
): Guard {
  const policy: RatePolicy = {
    name: 'per-key',
    quota: requestsPerMinute,
    windowSeconds: minuteSeconds,
  };
  const count = new RateCount(minuteSeconds, counts.inWindows('per-key', minuteSeconds));
  const limit: Middleware<ApiState> = (ctx, next) => {
    countRequest(ctx, policy, count, String(ctx.state.principal.apiKeyId));
    return next();
  };
  return (...scopes) => compose([authenticate(apiKeys, strangers, ...scopes), limit]);
}
