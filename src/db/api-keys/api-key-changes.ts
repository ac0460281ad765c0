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
/** The figures are for operators, and must not wait for a busy database. */
const timeoutMs = 500;

/** What a key is published as. */
const publishedColumns = `
  id, lineage_id AS "lineageId", key_hash AS "keyHash", scopes, account_prefixes AS "accountPrefixes",
  expires_at AS "expiresAt", revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS "isLive"`;

/** Whether changes wait, of those up to the id of one. */
export async function hasApiKeyChanges(
  database: Database,
  lastId = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  const change = await database('api_key_changes').where('id', '<=', lastId).first('id');
  return change !== undefined;
}

/** Returns the id of the latest change that waits; null where none does. */
export async function lastApiKeyChange(database: Database): Promise<number | null> {
  return (await database('api_key_changes').max({ id: 'id' }).first())?.id ?? null;
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
     SELECT ${publishedColumns} FROM api_keys WHERE id IN (SELECT api_key_id FROM taken)`,
  );
  return rows;
}

/** Returns the next keys by id, also those that have ended; none behind the last one. */
export async function readApiKeysAfter(database: Database, id: number): Promise<PublishedApiKey[]> {
  const { rows } = await database.raw<{ rows: PublishedApiKey[] }>(
    `SELECT ${publishedColumns} FROM api_keys WHERE id > ? ORDER BY id LIMIT ${maxChanges}`,
    [id],
  );
  return rows;
}

/** Notes keys as changed, as far as they are not already. */
export async function noteApiKeyChanges(database: Database, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await database.raw(
    `INSERT INTO api_key_changes (api_key_id)
     SELECT id FROM unnest(?::int[]) AS different (id)
      WHERE NOT EXISTS (SELECT FROM api_key_changes WHERE api_key_id = different.id)`,
    [ids],
  );
}

/**
 * Returns those of the ids that no key has. Until the transaction ends, nobody else writes keys to Kafka: a key that gets
 * one of these ids is written afterwards.
 */
export async function findLostApiKeys(trx: Transaction, ids: number[]): Promise<number[]> {
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.publishedApiKeys})`);
  const { rows } = await trx.raw<{ rows: { id: number }[] }>(
    `SELECT id FROM unnest(?::bigint[]) AS lost (id)
      WHERE NOT EXISTS (SELECT FROM api_keys WHERE api_keys.id = lost.id)`,
    [ids],
  );
  return rows.map(({ id }) => id);
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
