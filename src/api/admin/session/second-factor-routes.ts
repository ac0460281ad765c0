import Router from '@koa/router';
import { deleteSessionsOf } from '../../../db/admins/admin-sessions.ts';
import {
  consumeSecondFactor,
  withoutSecondFactor,
} from '../../../db/admins/consume-second-factor.ts';
import { recordChange } from '../../../db/audit/record-change.ts';
import type { Transaction } from '../../../db/connection/database.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { ApiError, badField, notFound } from '../../../domain/errors.ts';
import {
  describeSecret,
  hashRecoveryCode,
  newRecoveryCodes,
  newSecondFactorSecret,
  timeStepOf,
} from '../../../domain/second-factor.ts';
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

/** One's own second factor: an authenticator app, begun with a secret and in use from its first right code on. */
export function secondFactorRoutes({
  database,
  allow,
  signInAttempts,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  /** May be repeated until a code was right; the secret of before is void then. */
  router.post(
    base,
    allow('viewer', { beforeSecondFactor: true, body: jsonBody() }),
    async (ctx) => {
      const { userId, email } = sessionOf(ctx);
      const { password } = validate(passwordSchema, ctx.request.body, 'body');
      (await signInAttempts.checkOwnPassword(ctx, password, '/password')).succeeded();
      const secret = newSecondFactorSecret();
      await database.transaction(async (trx) => {
        const user = await lockOwn(trx, userId);
        if (user.secondFactorSince !== null) throw inUse();
        await AdminUser.query(trx).findById(userId).patch({ secondFactorSecret: secret });
      });
      const body: SecondFactorBody = describeSecret(secret, email);
      ctx.body = body;
    },
  );

  /** Ends all other sessions, which were begun without it. */
  router.post(
    `${base}/confirm`,
    allow('viewer', { beforeSecondFactor: true, body: jsonBody() }),
    async (ctx) => {
      const { userId, tokenHash } = sessionOf(ctx);
      const { code } = validate(codeSchema, ctx.request.body, 'body');
      const codes = newRecoveryCodes();
      await database.transaction(async (trx) => {
        const { secondFactorSince, secondFactorSecret } = await lockOwn(trx, userId);
        if (secondFactorSince !== null) throw inUse();
        if (secondFactorSecret === null)
          throw new ApiError('conflict', 'Begin to add a second factor first.');
        const step = timeStepOf(secondFactorSecret, code);
        if (step === null) {
          throw badField(
            '/code',
            'is not the code that the app shows now; check the clock of its device',
          );
        }
        await AdminUser.query(trx)
          .findById(userId)
          .patch({
            secondFactorSince: new Date(),
            secondFactorStep: step,
            recoveryHashes: codes.map(hashRecoveryCode),
          });
        await deleteSessionsOf(trx, userId, tokenHash);
        await recordChange(trx, ctx.state.actor, {
          action: 'add_second_factor',
          resource: 'users',
          resourceId: userId,
        });
      });
      const body: RecoveryCodesBody = { recovery_codes: codes };
      ctx.body = body;
    },
  );

  /** Takes both factors: a password alone, seen over a shoulder, would make itself enough. */
  router.post(`${base}/remove`, allow('viewer', { body: jsonBody() }), async (ctx) => {
    const { userId } = sessionOf(ctx);
    const { password, code } = validate(secondFactorRemovalSchema, ctx.request.body, 'body');
    const attempt = await signInAttempts.checkOwnPassword(ctx, password, '/password');
    await database.transaction(async (trx) => {
      const user = await lockOwn(trx, userId);
      if (user.secondFactorSince === null) throw notFound('second factor');
      if (!(await consumeSecondFactor(trx, userId, code))) {
        attempt.failed('second_factor_failed', user);
        throw badField('/code', 'is wrong, or was already used');
      }
      await AdminUser.query(trx).findById(userId).patch(withoutSecondFactor);
      await recordChange(trx, ctx.state.actor, {
        action: 'remove_second_factor',
        resource: 'users',
        resourceId: userId,
      });
    });
    attempt.succeeded();
    ctx.status = 204;
  });

  return router;
}

async function lockOwn(trx: Transaction, userId: number): Promise<AdminUser> {
  const user = await AdminUser.query(trx).findById(userId).forUpdate();
  if (user === undefined) throw notFound('user');
  return user;
}

const inUse = (): ApiError => new ApiError('conflict', 'This account already has a second factor.');
