import type { Middleware } from 'koa';
import { ApiError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiState } from '../context.ts';

const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Lets a request pass that carries an API key with one of the scopes. */
export function authenticate(
  apiKeys: ApiKeys,
  ...allowed: [Scope, ...Scope[]]
): Middleware<ApiState> {
  return async (ctx, next) => {
    const key = bearer.exec(ctx.get('authorization'))?.[1];
    if (key === undefined) {
      throw new ApiError('unauthenticated', 'Send an API key as "Authorization: Bearer <key>".');
    }
    const principal = await apiKeys.find(key);
    if (principal === null)
      throw new ApiError('unauthenticated', 'The API key is not known, or was revoked.');
    if (!allowed.some((scope) => principal.scopes.includes(scope))) {
      throw new ApiError(
        'insufficient_scope',
        `This needs an API key with the scope ${allowed.join(' or ')}.`,
      );
    }
    ctx.state.principal = principal;
    await next();
  };
}
