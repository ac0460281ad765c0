import type { ClientBase } from 'pg';
import { ApiError } from '../domain/errors.ts';
import type { NewTransaction } from '../domain/transaction.ts';
import { copyTransactions } from './copy-transactions.ts';
import type { Database, Transaction } from './database.ts';
import { isContention, isUniqueViolation } from './errors.ts';
import { findStoredTransactions, transactionKey } from './find-stored-transactions.ts';
import {
  insertSmallBatches,
  insertSmallBatchInCompany,
  type SmallBatch,
} from './insert-small-batches.ts';

export interface NewBatch {
  /** UUID v7. */
  id: string;
  apiKeyId: number;
  /** The line of the key, where that is bound to accounts: its keys see this batch. */
  boundLineageId?: number | null;
  requestId: string | null;
}

export interface InsertedCounts {
  /** Rows stored. */
  transactionCount: number;
  /** Rows that were stored already, or stood earlier in the same batch. */
  duplicateCount: number;
}

/**
 * How often a part is copied again, each time without the rows that others stored meanwhile. Two
 * clients that post the same rows at once need two; more means a flood of the same rows.
 */
const maxCopyAttempts = 8;

/** Rows up to which one statement is faster than a COPY and what goes with it. */
const maxRowsOfOneStatement = 100;

/** The parts of bounded size in which rows come, so that a stream never has to be held in memory. */
export type Parts = NewTransaction[][] | AsyncIterable<NewTransaction[]>;

/**
 * Stores a batch and its rows, all of it or nothing: whatever is thrown, here or by the iterator of the
 * parts, leaves nothing behind. In a transaction where one is given, as part of that.
 */
export async function insertBatch(
  database: Database,
  batch: NewBatch,
  parts: Parts,
): Promise<InsertedCounts> {
  if (Array.isArray(parts) && parts.length === 1) {
    const [rows = []] = parts;
    if (rows.length <= maxRowsOfOneStatement) return insertSmall(database, { ...batch, rows });
  }
  if (database.isTransaction) return insertParts(database as Transaction, batch, parts);
  return database.transaction((trx) => insertParts(trx, batch, parts));
}

async function insertSmall(database: Database, batch: SmallBatch): Promise<InsertedCounts> {
  if (!database.isTransaction) return insertSmallBatchInCompany(database, batch);
  const [counts] = await insertSmallBatches(database, [batch]);
  return counts as InsertedCounts;
}

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
  let transactionCount = 0;
  let duplicateCount = 0;
  let firstId: number | null = null;
  let lastId: number | null = null;
  for await (const part of parts) {
    const partFirstId = await reserveIds(trx, part.length);
    const stored = await copyNewRows(trx, batch.id, partFirstId, part);
    transactionCount += stored;
    duplicateCount += part.length - stored;
    if (stored === 0) continue;
    firstId ??= partFirstId;
    lastId = partFirstId + stored - 1;
  }
  await trx('batches').where({ id: batch.id }).update({
    transaction_count: transactionCount,
    duplicate_count: duplicateCount,
    first_transaction_id: firstId,
    last_transaction_id: lastId,
  });
  return { transactionCount, duplicateCount };
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
 * Of rows with the same key the first stays. Ids of transactions seldom repeat, so that they alone tell
 * most rows apart: joining them with the account's costs more than looking them up.
 */
function* withoutRepeats(rows: Iterable<NewTransaction>): Generator<NewTransaction> {
  const accountOfId = new Map<string, string>();
  /** Keys of rows whose transaction id stands in another account's row too. */
  const others = new Set<string>();
  for (const row of rows) {
    const account = accountOfId.get(row.transactionId);
    if (account === undefined) accountOfId.set(row.transactionId, row.accountId);
    else {
      if (account === row.accountId) continue;
      const sizeBefore = others.size;
      if (others.add(transactionKey(row)).size === sizeBefore) continue;
    }
    yield row;
  }
}

/**
 * Most batches hold no duplicate, so the rows are copied straight into the table; only when that
 * fails are the stored ones looked up and left out (docs/decisions/0002). Repeats are left out on the
 * way, while the database is busy with the rows before them. Returns how many rows were stored.
 */
async function copyNewRows(
  trx: Transaction,
  batchId: string,
  firstId: number,
  rows: NewTransaction[],
): Promise<number> {
  const client = (await trx.client.acquireConnection()) as ClientBase;
  let remaining = rows;
  for (let attempt = 1; remaining.length > 0; attempt++) {
    await trx.raw('SAVEPOINT copy_part');
    try {
      const stored = await copyTransactions(client, batchId, firstId, withoutRepeats(remaining));
      await trx.raw('RELEASE SAVEPOINT copy_part');
      return stored;
    } catch (error) {
      if (!isUniqueViolation(error) && !isContention(error)) throw error;
      if (attempt === maxCopyAttempts) {
        throw new ApiError(
          'overloaded',
          'The same transactions are being stored by other requests at this moment.',
          {
            retryAfterSeconds: 1,
            cause: error,
          },
        );
      }
      await trx.raw('ROLLBACK TO SAVEPOINT copy_part');
      const stored = await findStoredTransactions(trx, remaining);
      remaining = remaining.filter((row) => !stored.has(transactionKey(row)));
    }
  }
  return 0;
}
