import type { Middleware } from 'koa';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiState } from '../context.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { StrangerLimit } from '../rate-limit/stranger-limit.ts';
import { authenticate } from './authenticate.ts';

/** Lets requests pass that carry a key with one of the scopes, within the key's rate limit. */
export type Guard = (...scopes: [Scope, ...Scope[]]) => Middleware<ApiState>;

export function createGuard(apiKeys: ApiKeys, strangers: StrangerLimit, limit: RateLimit): Guard {
  return (...scopes) =>
    async (ctx, next) => {
      const principal = await authenticate(ctx, apiKeys, strangers, scopes);
      ctx.state.principal = principal;
      limit.spend(ctx, String(principal.lineageId));
      await next();
    };
}
