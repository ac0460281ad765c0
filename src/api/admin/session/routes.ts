import Router from '@koa/router';
import type { Config } from '../../../config.ts';
import {
  createSession,
  deleteSession,
  deleteSessionsOf,
} from '../../../db/admins/admin-sessions.ts';
import { consumeSecondFactor } from '../../../db/admins/consume-second-factor.ts';
import { forgetBrowsersOf, rememberBrowser } from '../../../db/admins/known-browsers.ts';
import { recordChange } from '../../../db/audit/record-change.ts';
import type { Database, Transaction } from '../../../db/connection/database.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import type { Actor } from '../../../domain/actor.ts';
import { ApiError, badField } from '../../../domain/errors.ts';
import { guessableProblem } from '../../../domain/guessable-password.ts';
import { maxUserAgentCharacters } from '../../../domain/limits.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import { hashPassword, verifyPassword } from '../../../domain/password.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody, maxBytesOfStrangers } from '../json-body.ts';
import {
  hashToken,
  randomToken,
  readBrowserToken,
  readSessionToken,
  writeBrowserToken,
  writeSessionToken,
} from './cookie.ts';
import {
  invitationAcceptanceSchema,
  passwordChangeSchema,
  type SessionBody,
  signInSchema,
} from './schema.ts';
import { sessionOf } from './session-of.ts';
import type { SignInAttempt } from './sign-in-attempts.ts';

const base = '/api/admin/session';

/** Signing in and out, and one's own password. */
export function sessionRoutes({
  config,
  database,
  allow,
  signInAttempts: attempts,
  unauthenticated,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.post(base, jsonBody({ maxBytes: maxBytesOfStrangers }), async (ctx) => {
    const { email, password, code } = validate(signInSchema, ctx.request.body, 'body');
    const normalizedEmail = normalizeText(email);
    const attempt = await attempts.begin(ctx, normalizedEmail);
    const user = await AdminUser.query(database).findOne({ normalizedEmail });
    const isRight = await verifyPassword(password, user?.passwordHash ?? null);
    if (!isRight || user === undefined || user.disabledAt !== null) {
      attempt.failed('sign_in_failed', user ?? null);
      throw new ApiError('unauthenticated', 'The e-mail address or password is wrong.');
    }
    if (user.secondFactorSince !== null && code === undefined) {
      // No more than that, or knowing the password would give any number of codes to try.
      attempt.takeBack();
      throw codeRequired();
    }
    ctx.body = await database.transaction(async (trx) => {
      await checkSecondFactor(trx, user, code, attempt);
      return signIn(config, ctx, trx, user);
    });
    attempt.succeeded();
  });

  router.get(base, allow('viewer', { beforeSecondFactor: true, holds: 'nothing' }), async (ctx) => {
    const { userId, csrfToken, ...user } = sessionOf(ctx);
    ctx.body = presentSession(config, { ...user, id: userId }, csrfToken);
  });

  router.delete(base, allow('viewer', { beforeSecondFactor: true }), async (ctx) => {
    const { tokenHash, userId } = sessionOf(ctx);
    await database.transaction(async (trx) => {
      await deleteSession(trx, tokenHash);
      await recordChange(trx, ctx.state.actor, {
        action: 'sign_out',
        resource: 'users',
        resourceId: userId,
      });
    });
    writeSessionToken(ctx, null);
    ctx.status = 204;
  });

  /** Ends all other sessions, and forgets all other browsers: whoever changes a password may have a reason. */
  router.post(`${base}/password`, allow('viewer', { body: jsonBody() }), async (ctx) => {
    const session = sessionOf(ctx);
    const change = validate(passwordChangeSchema, ctx.request.body, 'body');
    const attempt = await attempts.checkOwnPassword(
      ctx,
      change.current_password,
      '/current_password',
    );
    attempt.succeeded();
    await refuseGuessable(change.new_password, session, '/new_password');
    const passwordHash = await hashPassword(change.new_password);
    await database.transaction(async (trx) => {
      await AdminUser.query(trx).findById(session.userId).patch({ passwordHash });
      await deleteSessionsOf(trx, session.userId, session.tokenHash);
      await forgetBrowsersOf(trx, session.userId, browserHash(ctx));
      await recordChange(trx, ctx.state.actor, {
        action: 'change_password',
        resource: 'users',
        resourceId: session.userId,
      });
    });
    ctx.status = 204;
  });

  const acceptBody = jsonBody({ maxBytes: maxBytesOfStrangers });
  router.post('/api/admin/invitations/accept', acceptBody, async (ctx) => {
    const { token, password, code } = validate(
      invitationAcceptanceSchema,
      ctx.request.body,
      'body',
    );
    // Without an invitation there is nothing to hash for: hashing is dear, and this route is open to all.
    unauthenticated.check(ctx);
    const invited = await findInvited(database, token);
    if (invited === null) {
      unauthenticated.count(ctx);
      throw notInvited();
    }
    const hasSecondFactor = invited.secondFactorSince !== null;
    if (hasSecondFactor && code === undefined) throw codeRequired();
    await refuseGuessable(password, invited, '/password');
    // There is something to guess only then.
    const attempt = hasSecondFactor ? await attempts.begin(ctx, invited.normalizedEmail) : null;
    const passwordHash = await hashPassword(password);
    ctx.body = await database.transaction(async (trx) => {
      // Once more, since somebody else may have accepted it meanwhile.
      const user = await findInvited(trx, token);
      if (user === null) throw notInvited();
      await checkSecondFactor(trx, user, code, attempt);
      await AdminUser.query(trx)
        .findById(user.id)
        .patch({ passwordHash, invitationHash: null, invitationExpiresAt: null });
      await deleteSessionsOf(trx, user.id);
      await forgetBrowsersOf(trx, user.id);
      await recordChange(trx, actorOf(ctx, user), {
        action: 'accept_invitation',
        resource: 'users',
        resourceId: user.id,
      });
      return signIn(config, ctx, trx, user);
    });
    attempt?.succeeded();
  });

  return router;
}

/** Who was invited by the token; null when it is not open. In a transaction nobody else accepts it meanwhile. */
async function findInvited(database: Database, token: string): Promise<AdminUser | null> {
  const user = await AdminUser.query(database)
    .findOne({ invitationHash: hashToken(token) })
    .where('invitationExpiresAt', '>', new Date())
    .whereNull('disabledAt')
    .forUpdate();
  return user ?? null;
}

const notInvited = (): ApiError =>
  badField('/token', 'is not a valid invitation; ask for a new one');

/** Always a new session, so that a cookie that somebody has planted before is worth nothing. */
async function signIn(
  config: SecondFactorPolicy,
  ctx: ApiContext,
  trx: Transaction,
  user: AdminUser,
): Promise<SessionBody> {
  const earlier = readSessionToken(ctx);
  if (earlier !== undefined) await deleteSession(trx, hashToken(earlier));
  const token = randomToken();
  const browserToken = randomToken();
  const csrfToken = randomToken();
  await createSession(trx, {
    tokenHash: hashToken(token),
    userId: user.id,
    csrfToken,
    userAgent: ctx.get('user-agent').slice(0, maxUserAgentCharacters) || null,
  });
  await rememberBrowser(trx, user.id, hashToken(browserToken), browserHash(ctx));
  await AdminUser.query(trx).findById(user.id).patch({ lastSignedInAt: new Date() });
  const change = { action: 'sign_in', resource: 'users', resourceId: user.id } as const;
  await recordChange(trx, actorOf(ctx, user), change);
  writeSessionToken(ctx, token);
  writeBrowserToken(ctx, browserToken);
  ctx.set('Cache-Control', 'no-store');
  const hasSecondFactor = user.secondFactorSince !== null;
  return presentSession(config, { ...user, hasSecondFactor }, csrfToken);
}

/** Of the cookie that the browser is known by, if it has one. */
function browserHash(ctx: ApiContext): Buffer | null {
  const token = readBrowserToken(ctx);
  return token === undefined ? null : hashToken(token);
}

type SecondFactorPolicy = Pick<Config, 'REQUIRE_SECOND_FACTOR'>;

function presentSession(
  { REQUIRE_SECOND_FACTOR: isRequired }: SecondFactorPolicy,
  { id, email, name, role, mayExport, hasSecondFactor }: SessionUser,
  csrfToken: string,
): SessionBody {
  return {
    user: {
      id,
      email,
      name,
      role,
      may_export: mayExport,
      second_factor: hasSecondFactor,
      must_add_second_factor: isRequired && !hasSecondFactor,
    },
    csrf_token: csrfToken,
  };
}

interface SessionUser extends Pick<AdminUser, 'id' | 'email' | 'name' | 'role' | 'mayExport'> {
  hasSecondFactor: boolean;
}

/** Uses up the code, of a user who has a second factor. Throws ApiError. */
async function checkSecondFactor(
  trx: Transaction,
  { id, email, secondFactorSince }: AdminUser,
  code: string | undefined,
  attempt: SignInAttempt | null,
): Promise<void> {
  if (secondFactorSince === null) return;
  if (code === undefined) throw codeRequired();
  if (!(await consumeSecondFactor(trx, id, code))) {
    attempt?.failed('second_factor_failed', { id, email });
    throw new ApiError('unauthenticated', 'The code is wrong, or was already used.');
  }
}

const codeRequired = (): ApiError =>
  new ApiError(
    'second_factor_required',
    'Enter the code of your authenticator app, or a recovery code.',
  );

const actorOf = (ctx: ApiContext, { id, email }: AdminUser): Actor => ({
  type: 'user',
  id,
  name: email,
  requestId: ctx.state.requestId,
});

/** Throws ApiError where somebody who knows of the user would guess the password. */
async function refuseGuessable(
  password: string,
  { email, name }: { email: string; name: string },
  pointer: string,
): Promise<void> {
  const problem = await guessableProblem(password, [email, name]);
  if (problem !== null) throw badField(pointer, problem);
}
