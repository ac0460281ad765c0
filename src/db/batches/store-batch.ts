import { ApiError } from '../../domain/errors.ts';
import { idempotencyKeyHours } from '../../domain/limits.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { isLockTimeout } from '../connection/errors.ts';
import { insertBatch, type Parts } from './insert-batch.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';

export interface IdempotencyKey {
  /** The first key of the lineage that sends it, so that a repeat by a rotated key counts as a repeat. */
  lineageId: number;
  /** As the client chose it. */
  key: string;
}

/** A request that carries an idempotency key. */
export interface IdempotentRequest extends IdempotencyKey {
  /** Reads what is left of the request. Its hash tells a repeat from another request with the same key. */
  hash: () => Promise<Buffer>;
}

export interface StoredBatch extends InsertedCounts {
  id: string;
  requestId: string | null;
}

interface KeptAnswer {
  requestHash: Buffer;
  batch: StoredBatch;
}

/**
 * Stores a batch with its rows, all of it or nothing, or finds the batch that an earlier request with the same
 * idempotency key has stored. Throws ApiError `idempotency_in_flight`, `idempotency_mismatch` where the key was
 * used for another request, and what insertBatch() throws.
 */
export async function storeBatch(
  database: Database,
  batch: NewBatch,
  parts: Parts,
  request: IdempotentRequest | null,
): Promise<StoredBatch & { isReplay: boolean }> {
  if (request === null) return { ...(await insert(database, batch, parts)), isReplay: false };
  return database.transaction(async (trx) => {
    const earlier = await claimKey(trx, request);
    if (earlier === null) {
      const stored = await insert(trx, batch, parts);
      await keepAnswer(trx, request, { requestHash: await request.hash(), batch: stored });
      return { ...stored, isReplay: false };
    }
    if (earlier.requestHash.equals(await request.hash()))
      return { ...earlier.batch, isReplay: true };
    throw new ApiError(
      'idempotency_mismatch',
      'This idempotency key was already used for a different request. Use a new key.',
    );
  });
}

async function insert(database: Database, batch: NewBatch, parts: Parts): Promise<StoredBatch> {
  const counts = await insertBatch(database, batch, parts);
  return { id: batch.id, requestId: batch.requestId, ...counts };
}

/**
 * The first answer to the key, while it is kept; null for a new key, which then belongs to this transaction:
 * keepAnswer() completes the claim, and a rollback gives it back.
 */
async function claimKey(
  trx: Transaction,
  { lineageId, key }: IdempotencyKey,
): Promise<KeptAnswer | null> {
  try {
    const result = await trx.raw<{ rows: KeptAnswer[] }>(
      `SELECT request_hash AS "requestHash", response AS batch
         FROM claim_idempotency_key(?, ?, make_interval(hours => ?))`,
      [lineageId, key, idempotencyKeyHours],
    );
    return result.rows[0] ?? null;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new ApiError(
      'idempotency_in_flight',
      'A request with this idempotency key is still being processed. Try again later.',
      { retryAfterSeconds: 1, cause: error },
    );
  }
}

async function keepAnswer(
  trx: Transaction,
  { lineageId, key }: IdempotencyKey,
  { requestHash, batch }: KeptAnswer,
): Promise<void> {
  await trx('idempotency_keys')
    .where({ lineage_id: lineageId, key })
    .update({ batch_id: batch.id, request_hash: requestHash, response: JSON.stringify(batch) });
}
