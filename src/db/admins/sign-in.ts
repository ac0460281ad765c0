import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';
import { createSession, deleteSession, deleteSessionsOf } from './admin-sessions.ts';
import { forgetBrowsersOf, rememberBrowser } from './known-browsers.ts';
import { lockUser } from './lock-user.ts';
import { consumeSecondFactor } from './second-factor.ts';

export interface SignIn {
  /** Required of users who have a second factor. */
  code: string | undefined;
  tokenHash: Buffer;
  csrfToken: string;
  userAgent: string | null;
  browserHash: Buffer;
  /** The cookies that the client had before, which the new ones replace. */
  earlierTokenHash: Buffer | null;
  earlierBrowserHash: Buffer | null;
  requestId: string;
}

type CodeRefusal = 'code_required' | 'wrong_code';

/** Signs in a user whose password was found to be right. Returns why not, or null. A code counts once. */
export async function signIn(
  database: Database,
  user: AdminUser,
  given: SignIn,
): Promise<'wrong_password' | CodeRefusal | null> {
  return database.transaction(async (trx) => {
    // The password may have been changed since, which has ended all sessions: this one must not begin after that.
    const current = await lockUser(trx, user.id);
    const isRight = current?.disabledAt === null && current.passwordHash === user.passwordHash;
    if (!isRight) return 'wrong_password';
    const refusal = await checkCode(trx, current, given);
    if (refusal === null) await beginSession(trx, current, given);
    return refusal;
  });
}

/** The user who was invited by a token, if the invitation is open. In a transaction, the lock keeps others from accepting it. */
export async function findInvited(
  database: Database,
  invitationHash: Buffer,
): Promise<AdminUser | null> {
  const user = await AdminUser.query(database)
    .findOne({ invitationHash })
    .where('invitationExpiresAt', '>', new Date())
    .whereNull('disabledAt')
    .forUpdate();
  return user ?? null;
}

/** Sets the password of an invited user, signs them out everywhere, and signs them in here. */
export async function acceptInvitation(
  database: Database,
  invitationHash: Buffer,
  passwordHash: string,
  given: SignIn,
): Promise<AdminUser | 'not_invited' | CodeRefusal> {
  return database.transaction(async (trx) => {
    const user = await findInvited(trx, invitationHash);
    if (user === null) return 'not_invited';
    const refusal = await checkCode(trx, user, given);
    if (refusal !== null) return refusal;
    await AdminUser.query(trx)
      .findById(user.id)
      .patch({ passwordHash, invitationHash: null, invitationExpiresAt: null });
    await deleteSessionsOf(trx, user.id);
    await forgetBrowsersOf(trx, user.id);
    await recordChange(trx, actorOf(user, given), {
      action: 'accept_invitation',
      resource: 'users',
      resourceId: user.id,
    });
    await beginSession(trx, user, given);
    return user;
  });
}

/** Uses up the code of a user who has a second factor. */
async function checkCode(
  trx: Transaction,
  user: AdminUser,
  { code }: SignIn,
): Promise<CodeRefusal | null> {
  if (user.secondFactorSince === null) return null;
  if (code === undefined) return 'code_required';
  return (await consumeSecondFactor(trx, user.id, code)) ? null : 'wrong_code';
}

/** Always begins a new session, so that a cookie that somebody else has planted is worthless. */
async function beginSession(trx: Transaction, user: AdminUser, given: SignIn): Promise<void> {
  const { tokenHash, csrfToken, userAgent, earlierTokenHash } = given;
  if (earlierTokenHash !== null) await deleteSession(trx, earlierTokenHash);
  await createSession(trx, { tokenHash, userId: user.id, csrfToken, userAgent });
  await rememberBrowser(trx, user.id, given.browserHash, given.earlierBrowserHash);
  await AdminUser.query(trx).findById(user.id).patch({ lastSignedInAt: new Date() });
  const change = { action: 'sign_in', resource: 'users', resourceId: user.id } as const;
  await recordChange(trx, actorOf(user, given), change);
}

const actorOf = ({ id, email }: AdminUser, { requestId }: SignIn): Actor => ({
  type: 'user',
  id,
  name: email,
  requestId,
});
