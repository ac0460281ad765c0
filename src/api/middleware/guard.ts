import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiState } from '../context.ts';
import { authenticate } from './authenticate.ts';
import { rateLimit } from './rate-limit.ts';

/** Lets requests pass that carry a key with one of the scopes, within the key's rate limit. */
export type Guard = (...scopes: [Scope, ...Scope[]]) => Middleware<ApiState>;

export function createGuard(apiKeys: ApiKeys, requestsPerMinute: number): Guard {
  const limit = rateLimit('per-key', requestsPerMinute, ({ principal }) => principal.apiKeyId);
  return (...scopes) => compose([authenticate(apiKeys, ...scopes), limit]);
}
