import Router from '@koa/router';
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
} from '../../../db/admins/second-factor.ts';
import {
  describeSecret,
  hashRecoveryCode,
  newRecoveryCodes,
  newSecondFactorSecret,
} from '../../../domain/credentials/second-factor.ts';
import { badField } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import {
  codeSchema,
  passwordSchema,
  type RecoveryCodesBody,
  type SecondFactorBody,
  secondFactorRemovalSchema,
} from './schema.ts';
import { sessionOf } from './session-of.ts';

const base = '/api/admin/session/second-factor';

/** One's own second factor: an authenticator app, which is in use from its first right code on. */
export function secondFactorRoutes({
  database,
  allow,
  signInAttempts,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  /** May be repeated until a code was right. Each new secret voids the earlier one. */
  router.post(
    base,
    allow('viewer', { beforeSecondFactor: true, body: jsonBody() }),
    async (ctx) => {
      const { userId, email } = sessionOf(ctx);
      const { password } = validate(passwordSchema, ctx.request.body, 'body');
      (await signInAttempts.checkOwnPassword(ctx, password, '/password')).succeeded();
      const secret = newSecondFactorSecret();
      await beginSecondFactor(database, userId, secret);
      const body: SecondFactorBody = describeSecret(secret, email);
      ctx.body = body;
    },
  );

  router.post(
    `${base}/confirm`,
    allow('viewer', { beforeSecondFactor: true, body: jsonBody() }),
    async (ctx) => {
      const session = sessionOf(ctx);
      const { code } = validate(codeSchema, ctx.request.body, 'body');
      const codes = newRecoveryCodes();
      await confirmSecondFactor(database, ctx.state.actor, session, {
        code,
        recoveryHashes: codes.map(hashRecoveryCode),
      });
      const body: RecoveryCodesBody = { recovery_codes: codes };
      ctx.body = body;
    },
  );

  /** Takes both factors. Otherwise somebody who has seen the password could do without the second one. */
  router.post(`${base}/remove`, allow('viewer', { body: jsonBody() }), async (ctx) => {
    const { userId, email } = sessionOf(ctx);
    const { password, code } = validate(secondFactorRemovalSchema, ctx.request.body, 'body');
    const attempt = await signInAttempts.checkOwnPassword(ctx, password, '/password');
    if (!(await removeSecondFactor(database, ctx.state.actor, userId, code))) {
      attempt.failed('second_factor_failed', { id: userId, email });
      throw badField('/code', 'is wrong, or was already used');
    }
    attempt.succeeded();
    ctx.status = 204;
  });

  return router;
}
