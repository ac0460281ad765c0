import { maxListedConflicts } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Database } from '../connection/database.ts';
import { isContention, isDatabaseUnavailable } from '../connection/errors.ts';
import { Gathering } from '../connection/gathering.ts';
import type { InsertedCounts, NewBatch } from './new-batch.ts';

export interface SmallBatch extends NewBatch {
  rows: readonly NewTransaction[];
}

/**
 * How long a statement waits for a row that another transaction is storing. Batches that share one wait less, and
 * then each by itself, so that the one which meets such a row does not delay the others.
 */
const maxWait = { alone: '5s', shared: '100ms' };

/** How often batches are stored again whose rows others were storing at the same moment, in another order. */
const maxAttempts = 8;

const statement = `
  WITH posted AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset(?) AS (
             id uuid, "apiKeyId" integer, "boundLineageId" integer, "requestId" text, "rowCount" integer, rows json
           )) WITH ORDINALITY AS posted (id, api_key_id, bound_lineage_id, request_id, row_count, rows, place)
  ), reserved AS MATERIALIZED (
    SELECT reserve_transaction_ids(?) AS first_id, set_config('lock_timeout', ?, true)
  ), stored AS (
    INSERT INTO transactions
      (id, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description)
    SELECT first_id + place - 1, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description
      FROM reserved, (
        SELECT posted.id AS batch_id, row_number() OVER (ORDER BY posted.place, given.place) AS place,
               account_id, transaction_id, amount, currency, date, merchant_name, description
          FROM posted CROSS JOIN LATERAL ROWS FROM (json_to_recordset(rows) AS (
                 "accountId" text, "transactionId" text, amount numeric, currency text, date date,
                 "merchantName" text, description text
               )) WITH ORDINALITY AS given
                 (account_id, transaction_id, amount, currency, date, merchant_name, description, place)
      ) AS given
     -- In one order everywhere, so that two statements with the same rows wait for each other in turn.
     ORDER BY account_id COLLATE "C", transaction_id COLLATE "C", place
    ON CONFLICT (account_id, transaction_id) DO NOTHING
    RETURNING id, batch_id
  ), added AS (
    INSERT INTO batches
      (id, api_key_id, bound_lineage_id, request_id, transaction_count, duplicate_count, first_transaction_id, last_transaction_id)
    SELECT posted.id, api_key_id, bound_lineage_id, request_id, count(stored.id), row_count - count(stored.id), min(stored.id), max(stored.id)
      FROM posted LEFT JOIN stored ON stored.batch_id = posted.id
     GROUP BY posted.id, api_key_id, bound_lineage_id, request_id, row_count
    RETURNING id, transaction_count, duplicate_count
  )
  SELECT id, transaction_count AS "transactionCount", duplicate_count AS "duplicateCount",
         CASE WHEN duplicate_count = 0 THEN 0
              -- It sees what the statement has stored so far, which are all of its rows.
              ELSE (SELECT note_conflicts(added.id, rows, ${maxListedConflicts}) FROM posted WHERE posted.id = added.id)
         END AS "conflictCount"
    FROM added`;

/**
 * Stores batches of few rows in one statement, which spares them the round trips of a COPY, and each other
 * the cost of a transaction. Rows that are stored already, and those that stand twice in them, are left
 * out: the first stays. Within a transaction it leaves that as it was when it throws. Returns the counts
 * in the order of the batches. Throws an error of isLockTimeout() where another transaction does not let go
 * of the same rows.
 */
export async function insertSmallBatches(
  database: Database,
  batches: readonly SmallBatch[],
): Promise<InsertedCounts[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      // A nested transaction is a savepoint, without which an attempt that fails would end the whole one.
      return await (database.isTransaction
        ? database.transaction((trx) => insert(trx, batches))
        : insert(database, batches));
    } catch (error) {
      if (!isContention(error) || attempt === maxAttempts) throw error;
    }
  }
}

async function insert(
  database: Database,
  batches: readonly SmallBatch[],
): Promise<InsertedCounts[]> {
  const posted = batches.map((batch) => ({ ...batch, rowCount: batch.rows.length }));
  const rowCount = posted.reduce((sum, batch) => sum + batch.rowCount, 0);
  const { rows } = await database
    .raw<{ rows: ({ id: string } & InsertedCounts)[] }>(statement, [
      JSON.stringify(posted),
      rowCount,
      batches.length === 1 ? maxWait.alone : maxWait.shared,
    ])
    // Planned once a connection, which takes about as long as storing the rows.
    .options({ name: 'insert-small-batches' });
  const counts = new Map(rows.map(({ id, ...inserted }) => [id, inserted]));
  return batches.map(({ id }) => counts.get(id) as InsertedCounts);
}

/**
 * Of each pool of connections, by line of API keys: a statement may wait for rows that another request of the same key
 * holds, and no other key waits with it. There are no more of them than keys, and each is a few fields.
 */
const gatherings = new WeakMap<Database, Map<number, Gathering<SmallBatch, InsertedCounts>>>();

/** The same for a batch that comes by itself: with others of its key that come while some are being stored. */
export function insertSmallBatchInCompany(
  database: Database,
  batch: SmallBatch,
): Promise<InsertedCounts> {
  const byKey =
    gatherings.get(database) ?? new Map<number, Gathering<SmallBatch, InsertedCounts>>();
  gatherings.set(database, byKey);
  const lineageId = batch.lineageId ?? batch.apiKeyId;
  let gathering = byKey.get(lineageId);
  if (gathering === undefined) {
    gathering = new Gathering((batches) => insertEach(database, batches));
    byKey.set(lineageId, gathering);
  }
  return gathering.add(batch);
}

/** When batches can't be stored together, each is stored by itself, so that one bad one harms no other. */
async function insertEach(
  database: Database,
  batches: readonly SmallBatch[],
): Promise<Promise<InsertedCounts>[]> {
  try {
    const counts = await insertSmallBatches(database, batches);
    return counts.map((each) => Promise.resolve(each));
  } catch (reason) {
    if (batches.length === 1 || isDatabaseUnavailable(reason))
      return batches.map(() => Promise.reject(reason));
    return batches.map(async (batch) => {
      const [counts] = await insertSmallBatches(database, [batch]);
      return counts as InsertedCounts;
    });
  }
}
