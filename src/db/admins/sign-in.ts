import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';
import { createSession, deleteSession, deleteSessionsOf } from './admin-sessions.ts';
import { forgetBrowsersOf, rememberBrowser } from './known-browsers.ts';
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

/** Signs in a user who has given the right password. Returns false for a wrong code, or one that was used. */
export async function signIn(database: Database, user: AdminUser, given: SignIn): Promise<boolean> {
  return database.transaction(async (trx) => {
    if (!(await consumeCode(trx, user, given))) return false;
    await beginSession(trx, user, given);
    return true;
  });
}

/** The user who was invited by a token, if the invitation is open. The lock keeps others from accepting it meanwhile. */
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
): Promise<AdminUser | 'not_invited' | 'wrong_code'> {
  return database.transaction(async (trx) => {
    const user = await findInvited(trx, invitationHash);
    if (user === null) return 'not_invited';
    if (!(await consumeCode(trx, user, given))) return 'wrong_code';
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

const consumeCode = async (trx: Transaction, user: AdminUser, { code }: SignIn): Promise<boolean> =>
  user.secondFactorSince === null ||
  (code !== undefined && (await consumeSecondFactor(trx, user.id, code)));

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
