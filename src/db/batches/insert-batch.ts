import type { ClientBase } from 'pg';
import { ApiError } from '../../domain/errors.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { isContention, isLockTimeout, isUniqueViolation } from '../connection/errors.ts';
import { copyTransactions } from '../transactions/copy-transactions.ts';
import {
  findStoredTransactions,
  transactionKey,
} from '../transactions/find-stored-transactions.ts';
import { insertSmallBatch, maxLockWait } from './insert-small-batch.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';
import { noteConflicts } from './note-conflicts.ts';

/**
 * How often a part is copied again, each time without the rows that others stored meanwhile. Two
 * clients that post the same rows at once need two; more means a flood of the same rows.
 */
const maxCopyAttempts = 8;

/** A stream that holds the rows may take minutes. */
const retryAfterSeconds = 5;

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

const sameRowsElsewhere = (cause: unknown): ApiError =>
  new ApiError(
    'overloaded',
    'Another request is storing the same transactions at this moment. Nothing was stored; try again.',
    { retryAfterSeconds, cause },
  );

async function insertParts(
  trx: Transaction,
  batch: NewBatch,
  parts: Parts,
): Promise<InsertedCounts> {
  await trx('batches').insert({
    id: batch.id,
    api_key_id: batch.apiKeyId,
    bound_lineage_id: batch.boundLineageId ?? null,
    request_id: batch.requestId,
    transaction_count: 0,
    duplicate_count: 0,
  });
  const counts: InsertedCounts = { transactionCount: 0, duplicateCount: 0, conflictCount: 0 };
  let firstId: number | null = null;
  let lastId: number | null = null;
  for await (const part of parts) {
    const partFirstId = await reserveIds(trx, part.length);
    const duplicates = await copyNewRows(trx, batch.id, partFirstId, part);
    const firstRow = counts.transactionCount + counts.duplicateCount;
    const stored = part.length - duplicates.length;
    counts.transactionCount += stored;
    counts.duplicateCount += duplicates.length;
    counts.conflictCount += await noteConflicts(trx, batch.id, part, duplicates, firstRow);
    if (stored === 0) continue;
    firstId ??= partFirstId;
    lastId = partFirstId + stored - 1;
  }
  await trx('batches').where({ id: batch.id }).update({
    transaction_count: counts.transactionCount,
    duplicate_count: counts.duplicateCount,
    first_transaction_id: firstId,
    last_transaction_id: lastId,
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

/**
 * The rows that are not stored yet, of which those with the same key are one: the first. Adds the indexes of
 * all others to `duplicates`. Ids of transactions seldom repeat, so that they alone tell most rows apart: joining
 * them with the account's costs more than looking them up.
 */
function* newRows(
  rows: readonly NewTransaction[],
  storedKeys: ReadonlySet<string>,
  duplicates: number[],
): Generator<NewTransaction> {
  const accountOfId = new Map<string, string>();
  /** Keys of rows whose transaction id stands in another account's row too. */
  const others = new Set<string>();
  const isRepeat = (row: NewTransaction): boolean => {
    const account = accountOfId.get(row.transactionId);
    if (account === undefined) accountOfId.set(row.transactionId, row.accountId);
    else {
      if (account === row.accountId) return true;
      const sizeBefore = others.size;
      return others.add(transactionKey(row)).size === sizeBefore;
    }
    return false;
  };
  let index = 0;
  for (const row of rows) {
    if ((storedKeys.size > 0 && storedKeys.has(transactionKey(row))) || isRepeat(row))
      duplicates.push(index);
    else yield row;
    index++;
  }
}

/**
 * Most batches hold no duplicate, so the rows are copied straight into the table; only when that
 * fails are the stored ones looked up and left out (docs/decisions/0002). Repeats are left out on the
 * way, while the database is busy with the rows before them. Returns the indexes of the rows that were not
 * stored.
 */
async function copyNewRows(
  trx: Transaction,
  batchId: string,
  firstId: number,
  rows: readonly NewTransaction[],
): Promise<number[]> {
  const client = (await trx.client.acquireConnection()) as ClientBase;
  const storedKeys = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const duplicates: number[] = [];
    await trx.raw(`SAVEPOINT copy_part; SET LOCAL lock_timeout = '${maxLockWait}'`);
    try {
      await copyTransactions(client, batchId, firstId, newRows(rows, storedKeys, duplicates));
      await trx.raw('RELEASE SAVEPOINT copy_part');
      return duplicates;
    } catch (error) {
      if (!isUniqueViolation(error) && !isContention(error)) throw error;
      if (attempt === maxCopyAttempts) throw sameRowsElsewhere(error);
      await trx.raw('ROLLBACK TO SAVEPOINT copy_part');
      const others = rows.filter((row) => !storedKeys.has(transactionKey(row)));
      for (const key of await findStoredTransactions(trx, others)) storedKeys.add(key);
    }
  }
}
