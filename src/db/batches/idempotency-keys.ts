import { idempotencyKeyHours } from '../../domain/limits.ts';
import type { Database, Transaction } from '../connection/database.ts';

export interface IdempotencyKey {
  /** The first key of the line of rotations that sends it: a successor's repeat is a repeat. */
  lineageId: number;
  /** As the client chose it. */
  key: string;
}

export interface StoredAnswer {
  /** Of the request that was answered. */
  requestHash: Buffer;
  response: unknown;
}

/**
 * The first answer to the key, while it is kept; null for a new key, which then belongs to this transaction:
 * storeAnswer() completes the claim, and a rollback gives it back. Throws an error of isLockTimeout() where
 * another transaction holds the key, and leaves the transaction to be rolled back.
 */
export async function claimIdempotencyKey(
  trx: Transaction,
  { lineageId, key }: IdempotencyKey,
): Promise<StoredAnswer | null> {
  const result = await trx.raw<{ rows: StoredAnswer[] }>(
    `SELECT request_hash AS "requestHash", response
       FROM claim_idempotency_key(?, ?, make_interval(hours => ?))`,
    [lineageId, key, idempotencyKeyHours],
  );
  return result.rows[0] ?? null;
}

/** Completes the transaction's claim of the key. */
export async function storeAnswer(
  trx: Transaction,
  { lineageId, key }: IdempotencyKey,
  batchId: string,
  answer: StoredAnswer,
): Promise<void> {
  await trx('idempotency_keys')
    .where({ lineage_id: lineageId, key })
    .update({
      batch_id: batchId,
      request_hash: answer.requestHash,
      response: JSON.stringify(answer.response),
    });
}

/** In one statement, which so holds its locks for a fraction of a second. */
export const maxAnswersDeletedAtOnce = 10_000;

/** Forgets answers that are no longer kept, at most `maxAnswersDeletedAtOnce`. Returns how many. */
export async function deleteExpiredAnswers(database: Database): Promise<number> {
  // An expired key that is being claimed again is left out: its client may take minutes.
  const result = await database.raw<{ rowCount: number }>(
    `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(hours => ?)
        LIMIT ? FOR UPDATE SKIP LOCKED))`,
    [idempotencyKeyHours, maxAnswersDeletedAtOnce],
  );
  return result.rowCount;
}
