import type { Actor } from '../../domain/actor.ts';
import { hashRecoveryCode, timeStepOf } from '../../domain/credentials/second-factor.ts';
import { ApiError, badField, notFound } from '../../domain/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';
import { deleteSessionsOf } from './admin-sessions.ts';
import { forgetBrowsersOf } from './known-browsers.ts';
import { lockUser } from './lock-user.ts';

/** Stores the secret of a second factor that is not in use yet, in place of an earlier one. Throws ApiError. */
export async function beginSecondFactor(
  database: Database,
  userId: number,
  secret: Buffer,
): Promise<void> {
  await database.transaction(async (trx) => {
    await lockUserWithout(trx, userId);
    await AdminUser.query(trx).findById(userId).patch({ secondFactorSecret: secret });
  });
}

/**
 * Puts a second factor into use with the first right code. Ends the user's other sessions, which were begun
 * without it. Throws ApiError for a wrong code, and where there is nothing to confirm.
 */
export async function confirmSecondFactor(
  database: Database,
  actor: Actor,
  { userId, tokenHash }: { userId: number; tokenHash: Buffer },
  { code, recoveryHashes }: { code: string; recoveryHashes: Buffer[] },
): Promise<void> {
  await database.transaction(async (trx) => {
    const { secondFactorSecret } = await lockUserWithout(trx, userId);
    if (secondFactorSecret === null)
      throw new ApiError('conflict', 'Begin to add a second factor first.');
    const step = timeStepOf(secondFactorSecret, code);
    if (step === null)
      throw badField(
        '/code',
        'is not the code that the app shows now; check the clock of its device',
      );
    await AdminUser.query(trx)
      .findById(userId)
      .patch({ secondFactorSince: new Date(), secondFactorStep: step, recoveryHashes });
    await deleteSessionsOf(trx, userId, tokenHash);
    await recordChange(trx, actor, {
      action: 'add_second_factor',
      resource: 'users',
      resourceId: userId,
    });
  });
}

/** Removes the user's own second factor. Returns false for a wrong code. Throws ApiError when there is none. */
export async function removeSecondFactor(
  database: Database,
  actor: Actor,
  userId: number,
  code: string,
): Promise<boolean> {
  return database.transaction(async (trx) => {
    await lockUserWith(trx, userId);
    if (!(await consumeSecondFactor(trx, userId, code))) return false;
    await remove(trx, actor, userId);
    return true;
  });
}

/** Removes the second factor of a user who has lost it, and signs them out everywhere. Throws ApiError when there is none. */
export async function resetSecondFactor(
  database: Database,
  actor: Actor,
  userId: number,
): Promise<void> {
  await database.transaction(async (trx) => {
    await lockUserWith(trx, userId);
    await deleteSessionsOf(trx, userId);
    await forgetBrowsersOf(trx, userId);
    await remove(trx, actor, userId);
  });
}

/** Uses up a code of the user's authenticator app, or a recovery code. False for any that is wrong, or was used. */
export async function consumeSecondFactor(
  trx: Transaction,
  userId: number,
  code: string,
): Promise<boolean> {
  // The lock keeps two requests from using the same code at once.
  const user = await lockUser(trx, userId);
  if (user === null || user.secondFactorSecret === null) return false;
  const step = timeStepOf(user.secondFactorSecret, code);
  if (step !== null && step > user.secondFactorStep) {
    await AdminUser.query(trx).findById(userId).patch({ secondFactorStep: step });
    return true;
  }
  const used = hashRecoveryCode(code);
  const left = user.recoveryHashes.filter((hash) => !hash.equals(used));
  if (left.length === user.recoveryHashes.length) return false;
  await AdminUser.query(trx).findById(userId).patch({ recoveryHashes: left });
  return true;
}

async function lockUserWithout(trx: Transaction, userId: number): Promise<AdminUser> {
  const user = await lockUser(trx, userId);
  if (user === null) throw notFound('user');
  if (user.secondFactorSince !== null)
    throw new ApiError('conflict', 'This account already has a second factor.');
  return user;
}

async function lockUserWith(trx: Transaction, userId: number): Promise<void> {
  const user = await lockUser(trx, userId);
  if (user === null) throw notFound('user');
  if (user.secondFactorSince === null) throw notFound('second factor');
}

async function remove(trx: Transaction, actor: Actor, userId: number): Promise<void> {
  await AdminUser.query(trx).findById(userId).patch({
    secondFactorSecret: null,
    secondFactorSince: null,
    secondFactorStep: 0,
    recoveryHashes: [],
  });
  await recordChange(trx, actor, {
    action: 'remove_second_factor',
    resource: 'users',
    resourceId: userId,
  });
}
