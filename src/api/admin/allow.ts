import { timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { LRUCache } from 'lru-cache';
import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { Config } from '../../config.ts';
import { findSession, touchSession } from '../../db/admins/admin-sessions.ts';
import type { Database } from '../../db/connection/database.ts';
import { ApiError } from '../../domain/errors.ts';
import { mayActAs, type Role } from '../../domain/role.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiContext, ApiState, SignedIn } from '../context.ts';
import { type CredentialWatch, endWithCredential } from '../credential-watch.ts';
import type { Guard } from '../middleware/guard.ts';
import { RateLimit } from '../rate-limit/rate-limit.ts';
import type { UnauthenticatedLimit } from '../rate-limit/unauthenticated-limit.ts';
import { hashToken, readSessionToken } from './session/cookie.ts';

/** Admits a request whose session or API key may act in the role. */
export type Allow = (needed: Role, options?: AllowOptions) => Middleware<ApiState>;

export interface AllowOptions {
  /** Also admits users who have yet to add a second factor that the configuration requires. */
  beforeSecondFactor?: boolean;
  /** The answer is a file of data, for users who may export. */
  isExport?: boolean;
  /**
   * The share of the database that the request holds: by default `reads` for a GET, `changes` for other requests of
   * editors and admins, and `nothing` for what users do to their own accounts.
   */
  holds?: Held;
  /**
   * Reads the body before the request holds a share of the database, so that a client that sends slowly does not keep
   * a connection from others. Without a reader, nothing waits for a body.
   */
  body?: Middleware<ApiState>;
}

type Held = keyof DatabaseSlots | 'nothing';

interface AllowParts {
  database: Database;
  guard: Guard;
  sessionWatch: CredentialWatch;
  unauthenticated: UnauthenticatedLimit;
  counts: SharedCounts;
  config: Pick<Config, 'RATE_LIMIT_PER_MINUTE' | 'REQUIRE_SECOND_FACTOR'>;
  slots: DatabaseSlots;
}

/** Bounds the memory of sessions that were good before. */
const maxRememberedSessions = 10_000;
/** When a session was last used is written at most once a minute. */
const touchMs = 60_000;

/**
 * The one place that decides who may administer: a user of the console with a session cookie, who also sends the
 * CSRF token with every change; or an API key with the scope admin, which has all rights.
 */
export function createAllow({
  database,
  guard,
  sessionWatch,
  unauthenticated,
  counts,
  config,
  slots,
}: AllowParts): Allow {
  const perUser = new RateLimit('per-user', config.RATE_LIMIT_PER_MINUTE, counts);
  const byKey = guard('admin');
  const validSessions = new LRUCache<string, true>({ max: maxRememberedSessions });
  return (needed, { beforeSecondFactor = false, isExport = false, holds, body } = {}) =>
    async (ctx, next) => {
      const held = holds ?? heldByDefault(ctx, needed);
      const work = () => (held === 'nothing' ? next() : slots[held].middleware(ctx, next));
      const proceed = () => (body === undefined ? work() : body(ctx, work));
      ctx.set('Cache-Control', 'no-store');
      const requestId = ctx.state.requestId;
      if (ctx.get('authorization') !== '') {
        await byKey(ctx, async () => {
          const { apiKeyId, name } = ctx.state.principal;
          ctx.state.actor = { type: 'api_key', id: apiKeyId, name, requestId };
          await proceed();
        });
        return;
      }
      const token = readSessionToken(ctx);
      const tokenHash = token === undefined ? null : hashToken(token);
      const sessionName = tokenHash?.toString('base64') ?? '';
      // A session that was good a while ago is no guess: nobody at the same address can shut its user out.
      unauthenticated.check(ctx, () => validSessions.has(sessionName));
      const session = tokenHash === null ? null : await readSession(database, tokenHash);
      if (session === null) {
        validSessions.delete(sessionName);
        unauthenticated.count(ctx);
        throw new ApiError(
          'unauthenticated',
          'Sign in, or send an API key as "Authorization: Bearer <key>".',
        );
      }
      validSessions.set(sessionName, true);
      ctx.state.session = session;
      ctx.state.actor = { type: 'user', id: session.userId, name: session.email, requestId };
      perUser.spend(ctx, String(session.userId));
      checkCsrf(ctx, session);
      if (config.REQUIRE_SECOND_FACTOR && !session.hasSecondFactor && !beforeSecondFactor) {
        throw new ApiError('second_factor_missing', 'Add a second factor to your account first.');
      }
      if (!mayActAs(session.role, needed)) {
        throw new ApiError(
          'insufficient_role',
          `This request needs the role ${needed}; your role is ${session.role}.`,
        );
      }
      if (isExport && !session.mayExport) {
        throw new ApiError(
          'export_not_allowed',
          'You may view this but not export it. An admin can allow exports in the list of users.',
        );
      }
      await proceed();
      endWithCredential(ctx, sessionWatch, session.id);
    };
}

const isRead = ({ method }: ApiContext): boolean => method === 'GET' || method === 'HEAD';

function heldByDefault(ctx: ApiContext, needed: Role): Held {
  if (isRead(ctx)) return 'reads';
  return needed === 'viewer' ? 'nothing' : 'changes';
}

/** Null without a live session. */
async function readSession(database: Database, tokenHash: Buffer): Promise<SignedIn | null> {
  const session = await findSession(database, tokenHash);
  if (session === null) return null;
  if (Date.now() - session.lastSeenAt.getTime() > touchMs) await touchSession(database, tokenHash);
  return { ...session, tokenHash };
}

function checkCsrf(ctx: ApiContext, { csrfToken }: SignedIn): void {
  if (isRead(ctx)) return;
  const given = Buffer.from(ctx.get('x-csrf-token'));
  const expected = Buffer.from(csrfToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new ApiError(
    'csrf_token_invalid',
    'Send the csrf_token of your session in the X-CSRF-Token header.',
  );
}
