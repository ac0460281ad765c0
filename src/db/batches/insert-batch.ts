import { raw } from 'objection';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { isLockTimeout } from '../connection/errors.ts';
import { Batch } from '../models/batch.ts';
import { copyWithoutDuplicates, sameRowsElsewhere } from './copy-without-duplicates.ts';
import { insertSmallBatch } from './insert-small-batch.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';
import { recordConflicts } from './record-conflicts.ts';

/** Rows up to which one statement is faster than a COPY and what goes with it. */
const maxRowsOfOneStatement = 100;

/** The rows of a batch in parts of bounded size, so that a stream never has to be held in memory. */
export type Parts = NewTransaction[][] | AsyncIterable<NewTransaction[]>;

/**
 * Stores a batch and its rows, all of it or nothing: whatever is thrown, here or by the iterator of the
 * parts, leaves nothing behind. In a transaction where one is given, as part of that. Throws ApiError
 * `overloaded` where another transaction is storing the same rows for longer than may be waited.
 */
export async function insertBatch(
  database: Database,
  batch: NewBatch,
  parts: Parts,
): Promise<InsertedCounts> {
  try {
    if (Array.isArray(parts) && parts.length === 1) {
      const [rows = []] = parts;
      if (rows.length <= maxRowsOfOneStatement)
        return await insertSmallBatch(database, batch, rows);
    }
    if (database.isTransaction) return await insertParts(database as Transaction, batch, parts);
    return await database.transaction((trx) => insertParts(trx, batch, parts));
  } catch (error) {
    throw isLockTimeout(error) ? sameRowsElsewhere(error) : error;
  }
}

async function insertParts(
  trx: Transaction,
  batch: NewBatch,
  parts: Parts,
): Promise<InsertedCounts> {
  const counts: InsertedCounts = { transactionCount: 0, duplicateCount: 0, conflictCount: 0 };
  await Batch.query(trx).insert({ ...batch, ...counts });
  return fillBatch(trx, batch.id, parts);
}

/** Stores the rows of a batch that is stored and has none. */
export async function fillBatch(
  trx: Transaction,
  id: string,
  parts: Parts,
): Promise<InsertedCounts> {
  const counts: InsertedCounts = { transactionCount: 0, duplicateCount: 0, conflictCount: 0 };
  let firstId: number | null = null;
  let lastId: number | null = null;
  for await (const part of parts) {
    const partFirstId = await reserveIds(trx, part.length);
    const duplicates = await copyWithoutDuplicates(trx, id, partFirstId, part);
    const firstRow = counts.transactionCount + counts.duplicateCount;
    const stored = part.length - duplicates.length;
    counts.transactionCount += stored;
    counts.duplicateCount += duplicates.length;
    counts.conflictCount += await recordConflicts(trx, id, part, duplicates, firstRow);
    if (stored === 0) continue;
    firstId ??= partFirstId;
    lastId = partFirstId + stored - 1;
  }
  await Batch.query(trx)
    .findById(id)
    .patch({
      ...counts,
      firstTransactionId: firstId,
      lastTransactionId: lastId,
      // now() is when the transaction began, since when a slow client may have sent rows for minutes.
      pendingSince: raw('clock_timestamp()'),
    });
  return counts;
}

/** Consecutive ids, so that a piece of work is an id range (docs/decisions/0003). */
async function reserveIds(trx: Transaction, count: number): Promise<number> {
  const result = await trx.raw<{ rows: { id: number }[] }>(
    'SELECT reserve_transaction_ids(?) AS id',
    [count],
  );
  return result.rows[0]?.id as number;
}
