import { maxSessionsEach } from '../../domain/limits.ts';
import type { Role } from '../../domain/role.ts';
import type { Database, Transaction } from '../connection/database.ts';

/** A session with its user. */
export interface AdminSession {
  id: number;
  userId: number;
  email: string;
  name: string;
  role: Role;
  mayExport: boolean;
  hasSecondFactor: boolean;
  csrfToken: string;
  lastSeenAt: Date;
}

/** A session as its user sees it, without its secrets. */
export interface OwnSession {
  id: number;
  /** Null where the browser sent none. */
  userAgent: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  /** The time at which the session ends, unless it is used before. */
  expiresAt: Date;
}

/** After so long without a request, somebody else may be sitting at the screen. */
const idleHours = 8;
/** Even a session in use ends after so long, and the user enters the password again. */
const absoluteDays = 7;

const isAlive = `s.last_seen_at > now() - interval '${idleHours} hours' AND s.created_at > now() - interval '${absoluteDays} days'`;

const ownSessionColumns = `s.id, s.user_agent AS "userAgent", s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
  LEAST(s.last_seen_at + interval '${idleHours} hours', s.created_at + interval '${absoluteDays} days') AS "expiresAt"`;

/** The session of a cookie; null when it is unknown or expired, or its user was disabled. */
export async function findSession(
  database: Database,
  tokenHash: Buffer,
): Promise<AdminSession | null> {
  const result = await database.raw<{ rows: AdminSession[] }>(
    `SELECT s.id, u.id AS "userId", u.email, u.name, u.role, u.may_export AS "mayExport", u.second_factor_since IS NOT NULL AS "hasSecondFactor",
            s.csrf_token AS "csrfToken", s.last_seen_at AS "lastSeenAt"
       FROM admin_sessions s JOIN admin_users u ON u.id = s.user_id
      WHERE s.token_hash = ? AND u.disabled_at IS NULL AND ${isAlive}`,
    [tokenHash],
  );
  return result.rows[0] ?? null;
}

/** Those of the sessions that are live at this moment. */
export async function findLiveSessions(
  database: Database,
  ids: readonly number[],
): Promise<number[]> {
  return database('admin_sessions as s')
    .join('admin_users as u', 'u.id', 's.user_id')
    .whereRaw(`s.id = ANY (?) AND u.disabled_at IS NULL AND ${isAlive}`, [ids as number[]])
    .pluck('s.id');
}

/** The live sessions of a user, the most recently used one first. */
export async function listSessionsOf(database: Database, userId: number): Promise<OwnSession[]> {
  const result = await database.raw<{ rows: OwnSession[] }>(
    `SELECT ${ownSessionColumns} FROM admin_sessions s
      WHERE s.user_id = ? AND ${isAlive} ORDER BY s.last_seen_at DESC, s.id DESC`,
    [userId],
  );
  return result.rows;
}

/** Ends a live session of the user, and returns it. Null when there is no such session. */
export async function endSessionOf(
  trx: Transaction,
  userId: number,
  id: number,
): Promise<OwnSession | null> {
  const result = await trx.raw<{ rows: OwnSession[] }>(
    `DELETE FROM admin_sessions s WHERE s.user_id = ? AND s.id = ? AND ${isAlive} RETURNING ${ownSessionColumns}`,
    [userId, id],
  );
  return result.rows[0] ?? null;
}

/** Begins a session. Deletes expired sessions, and the user's longest idle one when they have too many. */
export async function createSession(
  trx: Transaction,
  session: { tokenHash: Buffer; userId: number; csrfToken: string; userAgent: string | null },
): Promise<void> {
  await trx.raw(`DELETE FROM admin_sessions s WHERE NOT (${isAlive})`);
  await trx.raw(
    `DELETE FROM admin_sessions WHERE token_hash IN (
       SELECT token_hash FROM admin_sessions WHERE user_id = ? ORDER BY last_seen_at DESC, created_at DESC OFFSET ?)`,
    [session.userId, maxSessionsEach - 1],
  );
  await trx('admin_sessions').insert({
    token_hash: session.tokenHash,
    user_id: session.userId,
    csrf_token: session.csrfToken,
    user_agent: session.userAgent,
  });
}

export async function touchSession(database: Database, tokenHash: Buffer): Promise<void> {
  await database('admin_sessions')
    .where({ token_hash: tokenHash })
    .update({ last_seen_at: database.fn.now() });
}

export async function deleteSession(trx: Transaction, tokenHash: Buffer): Promise<void> {
  await trx('admin_sessions').where({ token_hash: tokenHash }).delete();
}

/** Ends all sessions of a user, except for the given one. */
export async function deleteSessionsOf(
  trx: Transaction,
  userId: number,
  except: Buffer | null = null,
): Promise<void> {
  await trx('admin_sessions')
    .where({ user_id: userId })
    .modify((query) => {
      if (except !== null) query.whereNot({ token_hash: except });
    })
    .delete();
}
