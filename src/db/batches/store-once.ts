import type { Database, Transaction } from '../connection/database.ts';
import { insertBatch, type Parts } from './insert-batch.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';

export interface BatchToStore {
  batch: NewBatch;
  parts: Parts;
}

export type StoredOnce =
  | ({ outcome: 'stored' } & InsertedCounts)
  /** The same batch has been stored before. */
  | { outcome: 'repeat' }
  /** Another batch with the same id has been stored before. */
  | { outcome: 'mismatch' };

/**
 * Stores batches that may have been stored before, all of them in one transaction; the same may be among them
 * several times. Two transactions that store the same batch at once get in each other's way: the second throws an error of isUniqueViolation(), and finds it stored
 * when it tries again. Throws what insertBatch() throws.
 */
export async function storeOnce(
  database: Database,
  batches: readonly BatchToStore[],
): Promise<StoredOnce[]> {
  return database.transaction(async (trx) => {
    const known = await findRequestHashes(
      trx,
      batches.map(({ batch }) => batch.id),
    );
    const results: StoredOnce[] = [];
    for (const { batch, parts } of batches) {
      const hash = known.get(batch.id);
      if (hash === undefined) {
        results.push({ outcome: 'stored', ...(await insertBatch(trx, batch, parts)) });
        known.set(batch.id, batch.requestHash ?? null);
      } else results.push({ outcome: isSame(hash, batch.requestHash) ? 'repeat' : 'mismatch' });
    }
    return results;
  });
}

/** The hashes of the requests behind those of the batches that are stored. */
async function findRequestHashes(
  trx: Transaction,
  ids: readonly string[],
): Promise<Map<string, Buffer | null>> {
  const { rows } = await trx.raw<{ rows: { id: string; hash: Buffer | null }[] }>(
    'SELECT id, request_hash AS hash FROM batches WHERE id = ANY (?::uuid[])',
    [[...ids]],
  );
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}

const isSame = (stored: Buffer | null, sent: Buffer | null | undefined): boolean =>
  stored === null || sent == null ? stored === (sent ?? null) : stored.equals(sent);
