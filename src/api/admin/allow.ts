import { timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { findSession, touchSession } from '../../db/admin-sessions.ts';
import type { Database } from '../../db/database.ts';
import { ApiError } from '../../domain/errors.ts';
import { mayActAs, type Role } from '../../domain/role.ts';
import type { ApiContext, ApiState, SignedIn } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { rateLimit } from '../middleware/rate-limit.ts';
import { hashToken, readSessionToken } from './session/cookie.ts';

/** Lets a request pass whose session, or API key, may act in the role. */
export type Allow = (needed: Role) => Middleware<ApiState>;

/** When a session was last used is written at most once a minute. */
const touchMs = 60_000;

/**
 * The one place that says who may administer: a user of the console by session cookie, who sends the
 * CSRF token along with every change, or an API key with the scope admin, which may do all.
 */
export function createAllow(database: Database, guard: Guard, requestsPerMinute: number): Allow {
  const limit = rateLimit('per-user', requestsPerMinute, ({ session }) => session?.userId ?? 0);
  const byKey = guard('admin');
  return (needed) => async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store');
    const requestId = ctx.state.requestId;
    if (ctx.get('authorization') !== '') {
      await byKey(ctx, async () => {
        const { apiKeyId, name } = ctx.state.principal;
        ctx.state.actor = { type: 'api_key', id: apiKeyId, name, requestId };
        await next();
      });
      return;
    }
    const session = await readSession(ctx, database);
    ctx.state.session = session;
    ctx.state.actor = { type: 'user', id: session.userId, name: session.email, requestId };
    await limit(ctx, async () => {
      checkCsrf(ctx, session);
      if (!mayActAs(session.role, needed)) {
        throw new ApiError(
          'insufficient_role',
          `This needs the role ${needed}; yours is ${session.role}.`,
        );
      }
      await next();
    });
  };
}

async function readSession(ctx: ApiContext, database: Database): Promise<SignedIn> {
  const token = readSessionToken(ctx);
  const tokenHash = token === undefined ? null : hashToken(token);
  const session = tokenHash === null ? null : await findSession(database, tokenHash);
  if (session === null || tokenHash === null) {
    throw new ApiError(
      'unauthenticated',
      'Sign in, or send an API key as "Authorization: Bearer <key>".',
    );
  }
  if (Date.now() - session.lastSeenAt.getTime() > touchMs) await touchSession(database, tokenHash);
  return { ...session, tokenHash };
}

function checkCsrf(ctx: ApiContext, { csrfToken }: SignedIn): void {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return;
  const given = Buffer.from(ctx.get('x-csrf-token'));
  const expected = Buffer.from(csrfToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new ApiError('csrf_token_invalid', 'Send the csrf_token of your session as X-CSRF-Token.');
}
