import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { sumOfTotals, totalsOfRow } from './daily-totals.ts';

/** An account of more rows is reported faster from totals, one of fewer from the rows themselves. */
const minRows = 2_000;
/**
 * The number of random rows whose accounts are checked: enough that a large account is soon among them, and
 * one of 2,000 rows most likely before it has many more.
 */
const sampleSize = 200;

/**
 * Gives accounts totals of their own, which include the rows that are rolled up already. Accounts that have
 * totals keep them. The totals of an account are stored side by side, as reports read them. The locks keep
 * such rows from being rolled up or changed meanwhile.
 */
export async function addAccountTotals(
  database: Database,
  accountIds: readonly string[],
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totalsChanges})`);
    await trx.raw(
      `WITH added AS (
         INSERT INTO accounts_with_totals SELECT unnest(?::text[]) ON CONFLICT DO NOTHING RETURNING account_id
       ), rows AS (
         SELECT account_id, date, currency, category_id, ${totalsOfRow}
           FROM added JOIN transactions t USING (account_id) JOIN batches b ON b.id = t.batch_id AND b.is_in_totals
       )
       INSERT INTO daily_totals (account_id, date, currency, category_id, row_count, spend_count, spend, income)
         SELECT account_id, date, currency, category_id, ${sumOfTotals}
           FROM rows GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [[...accountIds]],
    );
  });
}

/** Large accounts without totals, among those of some random rows of these batches. */
export async function findLargeAccounts(
  database: Database,
  batchIds: readonly string[],
): Promise<string[]> {
  const result = await database.raw<{ rows: { accountId: string }[] }>(
    `WITH ids AS MATERIALIZED (
       SELECT first_transaction_id + floor(random() * (last_transaction_id - first_transaction_id + 1))::bigint AS id
         FROM batches
        CROSS JOIN LATERAL generate_series(1, least(transaction_count, :sampleSize))
        WHERE id = ANY (:batchIds::uuid[]) AND transaction_count > 0
        ORDER BY random() LIMIT :sampleSize
     ), sample AS MATERIALIZED (
       SELECT DISTINCT account_id FROM ids JOIN transactions USING (id)
     )
     SELECT account_id AS "accountId" FROM sample
      WHERE NOT EXISTS (SELECT FROM accounts_with_totals a WHERE a.account_id = sample.account_id)
        AND EXISTS (SELECT FROM transactions t WHERE t.account_id = sample.account_id OFFSET :minRows)`,
    { batchIds, sampleSize, minRows } as never,
  );
  return result.rows.map(({ accountId }) => accountId);
}
