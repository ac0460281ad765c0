import { lockSomeBatches } from '../batches/lock-some-batches.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { findLargeAccounts, giveAccountsTotals } from './give-accounts-totals.ts';

/**
 * How totals are added to those that are stored. Everyone does so in the order of the keys, first those of
 * texts, then those of days, and both after the rows and batches are locked: so nobody deadlocks.
 */
export const addDailyTotals = `
  ON CONFLICT (account_id, date, currency, category_id) DO UPDATE
    SET row_count = d.row_count + excluded.row_count, spend_count = d.spend_count + excluded.spend_count,
        spend = d.spend + excluded.spend, income = d.income + excluded.income`;
export const addUncategorizedTotals = `
  ON CONFLICT (text_hash, currency) DO UPDATE
    SET row_count = u.row_count + excluded.row_count, amount = u.amount + excluded.amount`;

/**
 * Takes the rows of completed batches, the oldest first, into the totals. Returns how many batches;
 * 0 when there is none, and null when somebody else is at it, or moves a whole category.
 *
 * A batch changes sides within one transaction, so every report finds its rows exactly once: in the
 * totals, or one by one. Whoever changes the category of a row locks its batch as well, and so either
 * comes first, and the changed row is counted here; or comes second, and corrects the totals.
 */
export async function foldTotals(database: Database): Promise<number | null> {
  const batchIds = await takeIn(database);
  if (batchIds === null || batchIds.length === 0) return batchIds && 0;
  // Not in the same transaction, whose locks others wait for who would be waited for in turn.
  const large = await findLargeAccounts(database, batchIds);
  if (large.length > 0) await giveAccountsTotals(database, large);
  return batchIds.length;
}

async function takeIn(database: Database): Promise<string[] | null> {
  return database.transaction(async (trx) => {
    const lock = await trx.raw<{ rows: [{ isHeld: boolean }] }>(
      `SELECT pg_try_advisory_xact_lock(${advisoryLocks.totals}) AS "isHeld"`,
    );
    if (!lock.rows[0].isHeld) return null;
    await trx.raw(gatherCategoryTotals);
    const batchIds = await lockSomeBatches(trx, { status: 'completed', is_in_totals: false });
    if (batchIds.length === 0) return [];
    // Statements of their own: they see what those have written whom the lock has waited for.
    await trx.raw(
      `INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
         SELECT open_text, currency, count(*), sum(amount) FROM (${rowsOfBatches}) AS r
          WHERE open_text IS NOT NULL
          GROUP BY open_text, currency ORDER BY md5(open_text)::uuid, currency
       ${addUncategorizedTotals}`,
      [batchIds],
    );
    await trx.raw(
      `INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
         SELECT a.account_id, date, currency, category_id, count(*), count(*) FILTER (WHERE amount < 0),
                coalesce(sum(amount) FILTER (WHERE amount < 0), 0), coalesce(sum(amount) FILTER (WHERE amount > 0), 0)
           FROM (${rowsOfBatches}) AS r LEFT JOIN accounts_with_totals a USING (account_id)
          GROUP BY GROUPING SETS ((a.account_id, date, currency, category_id), (date, currency, category_id))
         HAVING a.account_id IS NOT NULL OR grouping(a.account_id) = 1
          ORDER BY 1, 2, 3, 4
       ${addDailyTotals}`,
      [batchIds],
    );
    await trx('batches').whereIn('id', batchIds).update({ is_in_totals: true });
    return batchIds;
  });
}

/**
 * Makes one line of the many that changes have added for a category, once they are so many that the list of
 * categories would feel them. Nobody else takes lines away, who would need the lock.
 */
const gatherCategoryTotals = `
  WITH gone AS (
    DELETE FROM category_totals
     WHERE (SELECT count(*) > 10 * count(DISTINCT category_id) FROM category_totals) RETURNING *
  )
  INSERT INTO category_totals (category_id, row_count)
    SELECT category_id, sum(row_count) FROM gone GROUP BY category_id HAVING sum(row_count) <> 0`;

/** What totals are made of; its one parameter are the ids of batches. */
const rowsOfBatches = `
  SELECT t.account_id, t.date, t.currency, t.category_id, t.amount,
         CASE WHEN t.category_id IS NULL AND t.category_source IS NULL THEN coalesce(t.merchant_name, t.description) END AS open_text
    FROM batches b
    JOIN transactions t ON t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id
   WHERE b.id = ANY (?::uuid[])`;
