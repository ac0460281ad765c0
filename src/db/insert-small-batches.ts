import type { NewTransaction } from '../domain/transaction.ts';
import type { Database } from './database.ts';
import { isContention } from './errors.ts';
import type { InsertedCounts, NewBatch } from './insert-batch.ts';

/** How often a batch is stored again whose rows others were storing at the same moment, in another order. */
const maxAttempts = 8;

const statement = `
  WITH reserved AS MATERIALIZED (
    SELECT reserve_transaction_ids(?) AS first_id
  ), stored AS (
    INSERT INTO transactions
      (id, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description)
    SELECT first_id + place - 1, ?, account_id, transaction_id, amount, currency, date, merchant_name, description
      FROM reserved, ROWS FROM (json_to_recordset(?) AS (
             "accountId" text, "transactionId" text, amount numeric, currency text, date date,
             "merchantName" text, description text
           )) WITH ORDINALITY AS given
             (account_id, transaction_id, amount, currency, date, merchant_name, description, place)
     -- In one order everywhere, so that two statements with the same rows wait for each other in turn.
     ORDER BY account_id COLLATE "C", transaction_id COLLATE "C", place
    ON CONFLICT (account_id, transaction_id) DO NOTHING
    RETURNING id
  )
  INSERT INTO batches
    (id, api_key_id, request_id, transaction_count, duplicate_count, first_transaction_id, last_transaction_id)
  SELECT ?, ?, ?, count(*), ? - count(*), min(id), max(id) FROM stored
  RETURNING transaction_count AS "transactionCount", duplicate_count AS "duplicateCount"`;

/**
 * Stores a batch of few rows in one statement, which spares it the round trips of a COPY. Rows that are
 * stored already, and those that stand twice in it, are left out. Within a transaction it leaves that
 * as it was when it throws.
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
    .raw<{ rows: [InsertedCounts] }>(statement, [
      rows.length,
      batch.id,
      JSON.stringify(rows),
      batch.id,
      batch.apiKeyId,
      // Knex's types know no null.
      batch.requestId as string,
      rows.length,
    ])
    // Planned once a connection, which takes about as long as storing the rows.
    .options({ name: 'insert-small-batch' });
  return result.rows[0];
}
