import { idempotencyKeyHours } from '../domain/limits.ts';
import type { Transaction } from './database.ts';

export interface IdempotencyKey {
  /** The first key of the line of rotations that sends it: a successor's repeat is a repeat. */
  apiKeyId: number;
  /** As the client chose it. */
  key: string;
}

export interface StoredAnswer {
  /** Of the request that was answered. */
  requestHash: Buffer;
  response: unknown;
}

/**
 * Holds the key until the transaction ends; false when another transaction holds it. A lock of the
 * database and not a row, so that a crash leaves no key behind that is in flight for ever.
 */
export async function lockIdempotencyKey(
  trx: Transaction,
  { apiKeyId, key }: IdempotencyKey,
): Promise<boolean> {
  const result = await trx.raw<{ rows: { locked: boolean }[] }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended(?, ?)) AS locked',
    [key, apiKeyId],
  );
  return result.rows[0]?.locked === true;
}

/** The first answer to the key, while it is kept. */
export async function findStoredAnswer(
  trx: Transaction,
  { apiKeyId, key }: IdempotencyKey,
): Promise<StoredAnswer | null> {
  const row = await trx('idempotency_keys')
    .where({ api_key_id: apiKeyId, key })
    .andWhere(
      'created_at',
      '>',
      trx.raw('now() - make_interval(hours => ?)', [idempotencyKeyHours]),
    )
    .first<StoredAnswer | undefined>('request_hash', 'response');
  return row ?? null;
}

/** Keeps the answer; an expired one of the same key makes room. */
export async function storeAnswer(
  trx: Transaction,
  { apiKeyId, key }: IdempotencyKey,
  batchId: string,
  answer: StoredAnswer,
): Promise<void> {
  await trx('idempotency_keys')
    .insert({
      api_key_id: apiKeyId,
      key,
      batch_id: batchId,
      request_hash: answer.requestHash,
      response: JSON.stringify(answer.response),
    })
    .onConflict(['api_key_id', 'key'])
    .merge(['batch_id', 'request_hash', 'response', 'created_at']);
}

/** Forgets answers that are no longer kept. Returns how many. */
export async function deleteExpiredAnswers(trx: Transaction): Promise<number> {
  return trx('idempotency_keys')
    .where('created_at', '<', trx.raw('now() - make_interval(hours => ?)', [idempotencyKeyHours]))
    .delete();
}
