import { maxKnownBrowsersEach } from '../../domain/limits.ts';
import type { Database, Transaction } from '../connection/database.ts';

/** A browser is forgotten after half a year without a sign-in, when its cookie expires too. */
export const knownBrowserDays = 180;

const isAlive = `b.last_signed_in_at > now() - interval '${knownBrowserDays} days'`;

/** The id of the browser with this cookie, if the user with this e-mail address has signed in with it; otherwise null. */
export async function findKnownBrowser(
  database: Database,
  normalizedEmail: string,
  tokenHash: Buffer,
): Promise<number | null> {
  const result = await database.raw<{ rows: { id: number }[] }>(
    `SELECT b.id FROM known_browsers b JOIN admin_users u ON u.id = b.user_id
      WHERE b.token_hash = ? AND u.normalized_email = ? AND ${isAlive}`,
    [tokenHash, normalizedEmail],
  );
  return result.rows[0]?.id ?? null;
}

/**
 * Replaces the cookie that a browser is known by, at each sign-in. Deletes expired browsers, and the one that
 * signed in longest ago when the user has too many.
 */
export async function rememberBrowser(
  trx: Transaction,
  userId: number,
  tokenHash: Buffer,
  earlierHash: Buffer | null,
): Promise<void> {
  await trx.raw(`DELETE FROM known_browsers b WHERE NOT (${isAlive})`);
  if (earlierHash !== null)
    await trx('known_browsers').where({ user_id: userId, token_hash: earlierHash }).delete();
  await trx.raw(
    `DELETE FROM known_browsers WHERE id IN (
       SELECT id FROM known_browsers WHERE user_id = ? ORDER BY last_signed_in_at DESC, id DESC OFFSET ?)`,
    [userId, maxKnownBrowsersEach - 1],
  );
  await trx('known_browsers').insert({ user_id: userId, token_hash: tokenHash });
}

/** Forgets the browsers of a user, except for the one with the given cookie. */
export async function forgetBrowsersOf(
  trx: Transaction,
  userId: number,
  except: Buffer | null = null,
): Promise<void> {
  await trx('known_browsers')
    .where({ user_id: userId })
    .modify((query) => {
      if (except !== null) query.whereNot({ token_hash: except });
    })
    .delete();
}
