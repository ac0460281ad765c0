import type { Scope } from '../../domain/scope.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';

/** The present state of a key, as whoever authenticates without the database has to know it. */
export interface PublishedApiKey {
  id: number;
  lineageId: number;
  keyHash: Buffer;
  scopes: Scope[];
  accountPrefixes: string[];
  expiresAt: Date | null;
  /** Whether the key is neither revoked nor expired. */
  isLive: boolean;
}

export interface PendingApiKeyChanges {
  count: number;
  /** For how long the oldest change waits, by the database's clock; 0 where none does. */
  oldestSeconds: number;
}

/** So many keys fit into memory easily, also with all the prefixes that a key may have. */
const maxChanges = 500;
/** Keys that ended longer ago are known to have ended, and their records are gone from a compacted topic. */
const endedDays = 7;
/** The figures are for operators, and must not wait for a busy database. */
const timeoutMs = 500;

export async function hasApiKeyChanges(database: Database): Promise<boolean> {
  return (await database('api_key_changes').first('id')) !== undefined;
}

/**
 * Takes some of the changes, and returns the present state of their keys. With a rollback, the changes are there again.
 * Returns null while another transaction has taken changes and has not ended.
 */
export async function takeApiKeyChanges(trx: Transaction): Promise<PublishedApiKey[] | null> {
  const { rows: locked } = await trx.raw<{ rows: { isFree: boolean }[] }>(
    `SELECT pg_try_advisory_xact_lock(${advisoryLocks.publishedApiKeys}) AS "isFree"`,
  );
  if (locked[0]?.isFree !== true) return null;
  // A change and what it has changed are committed together, so one snapshot sees both or neither.
  const { rows } = await trx.raw<{ rows: PublishedApiKey[] }>(
    `WITH taken AS (
       DELETE FROM api_key_changes
        WHERE id IN (SELECT id FROM api_key_changes ORDER BY id LIMIT ${maxChanges})
       RETURNING api_key_id
     )
     SELECT id, lineage_id AS "lineageId", key_hash AS "keyHash", scopes, account_prefixes AS "accountPrefixes",
            expires_at AS "expiresAt", revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS "isLive"
       FROM api_keys WHERE id IN (SELECT api_key_id FROM taken)`,
  );
  return rows;
}

/** Notes all live keys, and those that ended lately, as changed, as far as they are not already. */
export async function renewApiKeyChanges(database: Database): Promise<void> {
  await database.raw(
    `INSERT INTO api_key_changes (api_key_id)
     SELECT id FROM api_keys
      WHERE (revoked_at IS NULL OR revoked_at > now() - make_interval(days => ${endedDays}))
        AND (expires_at IS NULL OR expires_at > now() - make_interval(days => ${endedDays}))
        AND NOT EXISTS (SELECT FROM api_key_changes WHERE api_key_id = api_keys.id)`,
  );
}

export async function readPendingApiKeyChanges(database: Database): Promise<PendingApiKeyChanges> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${timeoutMs}`);
    const { rows } = await trx.raw<{ rows: PendingApiKeyChanges[] }>(
      `SELECT count(*) AS count,
              coalesce(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)::float8 AS "oldestSeconds"
         FROM api_key_changes`,
    );
    return rows[0] as PendingApiKeyChanges;
  });
}
