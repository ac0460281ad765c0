import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';
import {
  deleteSession,
  deleteSessionsOf,
  endSessionOf,
  type OwnSession,
} from './admin-sessions.ts';
import { forgetBrowsersOf } from './known-browsers.ts';

/** The session that a user acts in, and the cookie that their browser is known by. */
export interface CurrentSession {
  userId: number;
  tokenHash: Buffer;
  browserHash: Buffer | null;
}

const resource = 'users';

/** Ends one session. */
export async function signOut(
  database: Database,
  actor: Actor,
  { userId, tokenHash }: Pick<CurrentSession, 'userId' | 'tokenHash'>,
): Promise<void> {
  await database.transaction(async (trx) => {
    await deleteSession(trx, tokenHash);
    await recordChange(trx, actor, { action: 'sign_out', resource, resourceId: userId });
  });
}

/** Ends all sessions of a user, and forgets all of their browsers: somebody else may have one of them. */
export async function signOutEverywhere(
  database: Database,
  actor: Actor,
  userId: number,
): Promise<void> {
  await database.transaction(async (trx) => {
    await deleteSessionsOf(trx, userId);
    await forgetBrowsersOf(trx, userId);
    await recordChange(trx, actor, { action: 'sign_out', resource, resourceId: userId });
  });
}

/** Ends all sessions of a user and forgets all of their browsers, but for the current ones. */
export async function endOtherSessions(
  database: Database,
  actor: Actor,
  { userId, tokenHash, browserHash }: CurrentSession,
): Promise<void> {
  await database.transaction(async (trx) => {
    await deleteSessionsOf(trx, userId, tokenHash);
    await forgetBrowsersOf(trx, userId, browserHash);
    await recordChange(trx, actor, { action: 'end_other_sessions', resource, resourceId: userId });
  });
}

/**
 * Changes the user's own password, ends their other sessions and forgets their other browsers: somebody else may know
 * the former password.
 */
export async function changePassword(
  database: Database,
  actor: Actor,
  { userId, tokenHash, browserHash }: CurrentSession,
  passwordHash: string,
): Promise<void> {
  await database.transaction(async (trx) => {
    await AdminUser.query(trx).findById(userId).patch({ passwordHash });
    await deleteSessionsOf(trx, userId, tokenHash);
    await forgetBrowsersOf(trx, userId, browserHash);
    await recordChange(trx, actor, { action: 'change_password', resource, resourceId: userId });
  });
}

/**
 * Ends a session of the user. False when it is none of theirs, or has ended.
 * @param present how the audit log shows a session: as the API presents it
 */
export async function endOwnSession(
  database: Database,
  actor: Actor,
  { userId, id }: { userId: number; id: number },
  present: (session: OwnSession) => object,
): Promise<boolean> {
  return database.transaction(async (trx) => {
    const ended = await endSessionOf(trx, userId, id);
    if (ended === null) return false;
    await recordChange(trx, actor, {
      action: 'end_session',
      resource,
      resourceId: userId,
      before: present(ended),
    });
    return true;
  });
}
