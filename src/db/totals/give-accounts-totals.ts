import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';

/** Above this an account's report is quicker from totals, below from the rows themselves. */
const minRows = 2_000;
/**
 * Rows picked at random whose accounts are looked at: so many that a large account is soon among them, and
 * one of 2,000 rows most likely before it has many more.
 */
const sampleSize = 200;

/**
 * Makes totals for accounts, of those of their rows that lie in the totals already; those who have theirs
 * keep them. They are stored side by side, as reports read them. Under locks that keep away whoever takes in or changes such rows meanwhile.
 */
export async function giveAccountsTotals(
  database: Database,
  accountIds: readonly string[],
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totalsChanges})`);
    await trx.raw(
      `WITH given AS (
         INSERT INTO accounts_with_totals SELECT unnest(?::text[]) ON CONFLICT DO NOTHING RETURNING account_id
       )
       INSERT INTO daily_totals (account_id, date, currency, category_id, row_count, spend_count, spend, income)
         SELECT account_id, t.date, t.currency, t.category_id, count(*), count(*) FILTER (WHERE t.amount < 0),
                coalesce(sum(t.amount) FILTER (WHERE t.amount < 0), 0), coalesce(sum(t.amount) FILTER (WHERE t.amount > 0), 0)
           FROM given JOIN transactions t USING (account_id) JOIN batches b ON b.id = t.batch_id AND b.is_in_totals
          GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [[...accountIds]],
    );
  });
}

/** Accounts that have become large and have no totals, as far as they are among some rows of these batches. */
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
