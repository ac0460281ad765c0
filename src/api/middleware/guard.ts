import type { Middleware } from 'koa';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiState } from '../context.ts';
import { type CredentialWatch, endWithCredential } from '../credential-watch.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { UnauthenticatedLimit } from '../rate-limit/unauthenticated-limit.ts';
import { authenticate } from './authenticate.ts';

/**
 * Lets requests pass that carry a key with one of the scopes, within the key's rate limit; an answer that is a
 * stream ends with the key.
 */
export type Guard = (...scopes: [Scope, ...Scope[]]) => Middleware<ApiState>;

export interface GuardParts {
  apiKeys: ApiKeys;
  keyWatch: CredentialWatch;
  unauthenticated: UnauthenticatedLimit;
  limit: RateLimit;
}

export function createGuard({ apiKeys, keyWatch, unauthenticated, limit }: GuardParts): Guard {
  return (...scopes) =>
    async (ctx, next) => {
      const principal = await authenticate(ctx, apiKeys, unauthenticated, scopes);
      ctx.state.principal = principal;
      limit.spend(ctx, String(principal.lineageId));
      await next();
      endWithCredential(ctx, keyWatch, principal.apiKeyId);
    };
}
