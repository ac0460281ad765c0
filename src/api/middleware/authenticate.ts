import { ApiError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys, KeyRefusal } from '../api-keys.ts';
import type { ApiContext, Principal } from '../context.ts';
import type { UnauthenticatedLimit } from '../rate-limit/unauthenticated-limit.ts';

const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Only a client that holds a key is told that the key has expired. */
const refusals: Record<KeyRefusal, string> = {
  unknown: 'The API key is unknown or revoked.',
  expired: 'The API key has expired.',
};

/**
 * Whose API key a request carries. Throws ApiError `unauthenticated`, `insufficient_scope` where the key has
 * none of the scopes, or `rate_limited`.
 */
export async function authenticate(
  ctx: ApiContext,
  apiKeys: ApiKeys,
  unauthenticated: UnauthenticatedLimit,
  allowed: readonly Scope[],
): Promise<Principal> {
  const key = bearer.exec(ctx.get('Authorization'))?.[1];
  // A key that was valid before is no guess, so that clients who share an address can't shut each other out.
  unauthenticated.check(ctx, () => key !== undefined && apiKeys.wasValid(key));
  if (key === undefined) {
    unauthenticated.count(ctx);
    throw new ApiError('unauthenticated', 'Send an API key as "Authorization: Bearer <key>".');
  }
  const principal = await apiKeys.find(key);
  if (typeof principal === 'string') {
    unauthenticated.count(ctx);
    throw new ApiError('unauthenticated', refusals[principal]);
  }
  if (!allowed.some((scope) => principal.scopes.includes(scope))) {
    throw new ApiError(
      'insufficient_scope',
      `This request needs an API key with the scope ${allowed.join(' or ')}.`,
    );
  }
  return principal;
}
