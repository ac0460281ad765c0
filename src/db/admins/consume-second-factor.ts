import { hashRecoveryCode, timeStepOf } from '../../domain/second-factor.ts';
import type { Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';

/** Uses up a code of the user's authenticator app, or a recovery code. False for any that is not good, or was used. */
export async function consumeSecondFactor(
  trx: Transaction,
  userId: number,
  code: string,
): Promise<boolean> {
  // Locked, since the same code may come twice at once.
  const user = await AdminUser.query(trx).findById(userId).forUpdate();
  if (user == null || user.secondFactorSecret === null) return false;
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

/** What a user's columns are without a second factor. */
export const withoutSecondFactor = {
  secondFactorSecret: null,
  secondFactorSince: null,
  secondFactorStep: 0,
  recoveryHashes: [],
};
