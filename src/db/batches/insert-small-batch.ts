import { maxListedConflicts } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Database } from '../connection/database.ts';
import { isContention } from '../connection/errors.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';

/**
 * How long a transaction waits for a row that another one is storing: as long as a large batch takes, and not as
 * long as a stream that stays open. A client must not hold a connection for longer by sending rows that another
 * client has sent.
 */
export const maxLockWait = '5s';

/** How often a batch is stored again whose rows others were storing at the same moment, in another order. */
const maxAttempts = 8;

const statement = `
  WITH reserved AS MATERIALIZED (
    SELECT reserve_transaction_ids(:rowCount) AS first_id, set_config('lock_timeout', '${maxLockWait}', true)
  ), stored AS (
    INSERT INTO transactions
      (id, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description)
    SELECT first_id + ordinal - 1, :id, account_id, transaction_id, amount, currency, date, merchant_name, description
      FROM reserved, ROWS FROM (json_to_recordset(:rows) AS (
             "accountId" text, "transactionId" text, amount numeric, currency text, date date,
             "merchantName" text, description text
           )) WITH ORDINALITY AS given
             (account_id, transaction_id, amount, currency, date, merchant_name, description, ordinal)
     -- In one order everywhere, so that two statements with the same rows wait for each other in turn.
     ORDER BY account_id COLLATE "C", transaction_id COLLATE "C", ordinal
    ON CONFLICT (account_id, transaction_id) DO NOTHING
    RETURNING id
  ), added AS (
    INSERT INTO batches
      (id, api_key_id, bound_lineage_id, request_id, request_hash, transaction_count, duplicate_count, first_transaction_id, last_transaction_id)
    SELECT :id, :apiKeyId, :boundLineageId, :requestId, :requestHash, count(*), :rowCount - count(*), min(id), max(id) FROM stored
    RETURNING id, transaction_count, duplicate_count
  )
  SELECT transaction_count AS "transactionCount", duplicate_count AS "duplicateCount",
         CASE WHEN duplicate_count = 0 THEN 0
              -- It sees what the statement has stored so far, which are all of its rows.
              ELSE record_conflicts(id, :rows, ${maxListedConflicts})
         END AS "conflictCount"
    FROM added`;

/**
 * Stores a batch of few rows in one statement, which spares it the round trips of a COPY. Rows that are stored
 * already, and those that stand twice in the batch, are left out: the first stays. Within a transaction it leaves
 * that as it was when it throws. Throws an error of isLockTimeout() where another transaction does not let go of
 * the same rows.
 */
export async function insertSmallBatch(
  database: Database,
  batch: NewBatch,
  rows: readonly NewTransaction[],
): Promise<InsertedCounts> {
  for (let attempt = 1; ; attempt++) {
    try {
      // A nested transaction is a savepoint, without which an attempt that fails would end the whole one.
      return await (database.isTransaction
        ? database.transaction((trx) => insert(trx, batch, rows))
        : insert(database, batch, rows));
    } catch (error) {
      if (!isContention(error) || attempt === maxAttempts) throw error;
    }
  }
}

async function insert(
  database: Database,
  batch: NewBatch,
  rows: readonly NewTransaction[],
): Promise<InsertedCounts> {
  const result = await database
    .raw<{ rows: InsertedCounts[] }>(statement, {
      id: batch.id,
      apiKeyId: batch.apiKeyId,
      boundLineageId: batch.boundLineageId ?? null,
      requestId: batch.requestId,
      requestHash: batch.requestHash ?? null,
      rows: JSON.stringify(rows),
      rowCount: rows.length,
    })
    // Planned once a connection, which takes about as long as storing the rows.
    .options({ name: 'insert-small-batch' });
  return result.rows[0] as InsertedCounts;
}
