import Router from '@koa/router';
import type { Config } from '../../../config.ts';
import { acceptInvitation, findInvited, type SignIn, signIn } from '../../../db/admins/sign-in.ts';
import { changePassword, signOut } from '../../../db/admins/sign-out.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { guessableProblem } from '../../../domain/credentials/guessable-password.ts';
import { hashPassword, verifyPassword } from '../../../domain/credentials/password.ts';
import { ApiError, badField } from '../../../domain/errors.ts';
import { maxUserAgentCharacters } from '../../../domain/limits.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody, maxUnauthenticatedBytes } from '../json-body.ts';
import {
  hashToken,
  randomToken,
  readBrowserHash,
  readSessionToken,
  writeBrowserToken,
  writeSessionToken,
} from './cookie.ts';
import { countSignIn } from './count-sign-in.ts';
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

  router.post(base, jsonBody({ maxBytes: maxUnauthenticatedBytes }), async (ctx) => {
    const { email, password, code } = validate(signInSchema, ctx.request.body, 'body');
    const normalizedEmail = normalizeText(email);
    const attempt = await attempts.begin(ctx, normalizedEmail);
    const user = await AdminUser.query(database).findOne({ normalizedEmail });
    const isRight = await verifyPassword(password, user?.passwordHash ?? null);
    const tokens = newTokens();
    const refusal =
      isRight && user !== undefined
        ? await signIn(database, user, signInOf(ctx, tokens, code))
        : 'wrong_password';
    if (user === undefined || refusal === 'wrong_password') {
      countSignIn('wrong_password');
      attempt.failed('sign_in_failed', user ?? null);
      throw new ApiError('unauthenticated', 'The e-mail address or password is wrong.');
    }
    if (refusal === 'code_required') {
      // The attempt is only taken back. If it counted as a success, a known password would allow any number of codes.
      attempt.takeBack();
      throw codeRequired();
    }
    if (refusal === 'wrong_code') throw wrongCode(attempt, user);
    attempt.succeeded();
    ctx.body = answerSignIn(config, ctx, user, tokens);
  });

  router.get(base, allow('viewer', { beforeSecondFactor: true, holds: 'nothing' }), async (ctx) => {
    const { userId, csrfToken, ...user } = sessionOf(ctx);
    ctx.body = presentSession(config, { ...user, id: userId }, csrfToken);
  });

  router.delete(base, allow('viewer', { beforeSecondFactor: true }), async (ctx) => {
    await signOut(database, ctx.state.actor, sessionOf(ctx));
    writeSessionToken(ctx, null);
    ctx.status = 204;
  });

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
    const current = { ...session, browserHash: readBrowserHash(ctx) };
    await changePassword(database, ctx.state.actor, current, passwordHash);
    ctx.status = 204;
  });

  const acceptBody = jsonBody({ maxBytes: maxUnauthenticatedBytes });
  router.post('/api/admin/invitations/accept', acceptBody, async (ctx) => {
    const { token, password, code } = validate(
      invitationAcceptanceSchema,
      ctx.request.body,
      'body',
    );
    // Passwords are hashed for open invitations only: hashing is expensive, and this route is open to everyone.
    unauthenticated.check(ctx);
    const invited = await findInvited(database, hashToken(token));
    if (invited === null) {
      unauthenticated.count(ctx);
      throw notInvited();
    }
    const hasSecondFactor = invited.secondFactorSince !== null;
    if (hasSecondFactor && code === undefined) throw codeRequired();
    await refuseGuessable(password, invited, '/password');
    // Only a code could be guessed here.
    const attempt = hasSecondFactor ? await attempts.begin(ctx, invited.normalizedEmail) : null;
    const passwordHash = await hashPassword(password);
    const tokens = newTokens();
    const user = await acceptInvitation(
      database,
      hashToken(token),
      passwordHash,
      signInOf(ctx, tokens, code),
    );
    if (user === 'not_invited') throw notInvited();
    if (user === 'code_required') throw codeRequired();
    if (user === 'wrong_code') throw wrongCode(attempt, invited);
    attempt?.succeeded();
    ctx.body = answerSignIn(config, ctx, user, tokens);
  });

  return router;
}

const notInvited = (): ApiError =>
  badField('/token', 'is not a valid invitation; ask for a new one');

interface Tokens {
  session: string;
  browser: string;
  csrf: string;
}

const newTokens = (): Tokens => ({
  session: randomToken(),
  browser: randomToken(),
  csrf: randomToken(),
});

function signInOf(ctx: ApiContext, tokens: Tokens, code: string | undefined): SignIn {
  const earlier = readSessionToken(ctx);
  return {
    code,
    tokenHash: hashToken(tokens.session),
    csrfToken: tokens.csrf,
    userAgent: ctx.get('user-agent').slice(0, maxUserAgentCharacters) || null,
    browserHash: hashToken(tokens.browser),
    earlierTokenHash: earlier === undefined ? null : hashToken(earlier),
    earlierBrowserHash: readBrowserHash(ctx),
    requestId: ctx.state.requestId,
  };
}

function answerSignIn(
  config: SecondFactorPolicy,
  ctx: ApiContext,
  user: AdminUser,
  tokens: Tokens,
): SessionBody {
  countSignIn('succeeded');
  writeSessionToken(ctx, tokens.session);
  writeBrowserToken(ctx, tokens.browser);
  ctx.set('Cache-Control', 'no-store');
  const hasSecondFactor = user.secondFactorSince !== null;
  return presentSession(config, { ...user, hasSecondFactor }, tokens.csrf);
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

function wrongCode(attempt: SignInAttempt | null, { id, email }: AdminUser): ApiError {
  countSignIn('wrong_code');
  attempt?.failed('second_factor_failed', { id, email });
  return new ApiError('unauthenticated', 'The code is wrong, or was already used.');
}

function codeRequired(): ApiError {
  countSignIn('code_required');
  return new ApiError(
    'second_factor_required',
    'Enter the code of your authenticator app, or a recovery code.',
  );
}

/** Throws ApiError for a password that somebody who knows the user could guess. */
async function refuseGuessable(
  password: string,
  { email, name }: { email: string; name: string },
  pointer: string,
): Promise<void> {
  const problem = await guessableProblem(password, [email, name]);
  if (problem !== null) throw badField(pointer, problem);
}
