import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';
import {
  amountRanges,
  categoryRanges,
  groupedToAmountRanges,
  groupedToCategoryRanges,
  textRangeColumns,
  textRangeRows,
  textRangesOf,
} from '../search/note-ranges.ts';

/** How many of each kind differ from what the rows say. */
export interface Drift {
  /** Keys of a large account (or of all accounts), day, currency and category. */
  dailyTotals: number;
  /** Categories. */
  categoryTotals: number;
  /** Texts with their currency. */
  uncategorizedTotals: number;
  /** Batches that count their completed or categorized rows wrong. */
  batches: number;
  /** Ranges of amounts. */
  amountRanges: number;
  /** Ranges of a category's amounts that leave rows out. */
  categoryRanges: number;
  /** Ranges of texts. */
  textRanges: number;
  /** Transactions set by hand that are not listed as such. */
  setByHand: number;
}

/**
 * Compares every total and every count of a batch with a full count of the rows, all of one moment. Reads
 * the whole table of transactions, some 5 s a million rows; nobody waits for it.
 */
export async function findDrift(database: Database): Promise<Drift> {
  return database.transaction(
    async (trx) => {
      // Of pieces of batches, which are found by the ids of their rows.
      const textRanges = await countDifferentTextRanges(trx);
      // All others read every row. Where statistics are missing, as after a restore, PostgreSQL expects a few,
      // and may hold each beside every batch.
      await trx.raw("SELECT set_config('enable_nestloop', 'off', true)");
      return {
        dailyTotals: await countOf(trx, differentDailyTotals),
        categoryTotals: await countOf(trx, differentCategoryTotals),
        uncategorizedTotals: await countOf(trx, differentUncategorizedTotals),
        batches: await countOf(trx, differentBatches),
        amountRanges: await countOf(trx, differentAmountRanges),
        categoryRanges: await countOf(trx, narrowCategoryRanges),
        textRanges,
        setByHand: await countOf(trx, unlistedSetByHand),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

/**
 * Empties the totals and the ranges, and leaves it to the workers to take all batches in again. Reports and
 * lists stay right meanwhile, since they read row by row what is in none.
 */
export async function resetTotals(database: Database): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
    // After this nobody adds to the totals: who does holds the lock of a batch that is in them.
    await trx('batches').where('is_in_totals', true).orderBy('id').forNoKeyUpdate().select('id');
    await trx('batches').where('is_in_totals', true).update({ is_in_totals: false });
    await trx('batches').where('has_ranges', true).update({ has_ranges: false });
    for (const table of ['amount_ranges', 'category_amount_ranges', 'text_ranges'])
      await trx(table).delete();
    await trx('uncategorized_totals').delete();
    await trx('daily_totals').delete();
    await trx('category_totals').delete();
    await trx('accounts_with_totals').delete();
    await trx.raw(
      `INSERT INTO transactions_set_by_hand ${unlistedSetByHand} ON CONFLICT DO NOTHING`,
    );
  });
}

const rowsInTotals = `
  FROM transactions t JOIN batches b ON b.id = t.batch_id AND b.is_in_totals`;

const differentDailyTotals = `
  SELECT FROM (
    SELECT a.account_id, t.date, t.currency, t.category_id, count(*) AS row_count,
           count(*) FILTER (WHERE t.amount < 0) AS spend_count,
           coalesce(sum(t.amount) FILTER (WHERE t.amount < 0), 0) AS spend,
           coalesce(sum(t.amount) FILTER (WHERE t.amount > 0), 0) AS income
      ${rowsInTotals} LEFT JOIN accounts_with_totals a ON a.account_id = t.account_id
     GROUP BY GROUPING SETS ((a.account_id, t.date, t.currency, t.category_id), (t.date, t.currency, t.category_id))
    HAVING a.account_id IS NOT NULL OR grouping(a.account_id) = 1
  ) AS counted
  -- A join compares by "=", which null never is; so the keys are made comparable.
  FULL JOIN daily_totals d
    ON coalesce(d.account_id, '') = coalesce(counted.account_id, '') AND d.date = counted.date
   AND d.currency = counted.currency AND coalesce(d.category_id, 0) = coalesce(counted.category_id, 0)
 WHERE (coalesce(d.row_count, 0), coalesce(d.spend_count, 0), coalesce(d.spend, 0), coalesce(d.income, 0))
    <> (coalesce(counted.row_count, 0), coalesce(counted.spend_count, 0), coalesce(counted.spend, 0), coalesce(counted.income, 0))`;

const differentCategoryTotals = `
  SELECT FROM (SELECT t.category_id, count(*) AS row_count ${rowsInTotals} GROUP BY 1) AS counted
    FULL JOIN (SELECT category_id, sum(row_count) AS row_count FROM category_totals GROUP BY 1) AS c USING (category_id)
   WHERE category_id IS NOT NULL AND coalesce(c.row_count, 0) <> coalesce(counted.row_count, 0)`;

const differentUncategorizedTotals = `
  SELECT FROM (
    SELECT coalesce(t.merchant_name, t.description) AS text, t.currency, count(*) AS row_count, sum(t.amount) AS amount
      ${rowsInTotals}
     WHERE t.category_id IS NULL AND t.category_source IS NULL AND coalesce(t.merchant_name, t.description) IS NOT NULL
     GROUP BY 1, 2
  ) AS counted
  FULL JOIN uncategorized_totals u ON u.text = counted.text AND u.currency = counted.currency
 WHERE (coalesce(u.row_count, 0), coalesce(u.amount, 0)) <> (coalesce(counted.row_count, 0), coalesce(counted.amount, 0))`;

const differentBatches = `
  SELECT FROM batches b
    LEFT JOIN (SELECT batch_id, count(*) AS row_count, count(*) FILTER (WHERE ingestion_status = 'completed') AS completed_count,
                      count(category_id) FILTER (WHERE ingestion_status = 'completed') AS categorized_count
                 FROM transactions GROUP BY batch_id) AS counted ON counted.batch_id = b.id
   WHERE (b.transaction_count, b.completed_count, b.categorized_count)
      <> (coalesce(counted.row_count, 0), coalesce(counted.completed_count, 0), coalesce(counted.categorized_count, 0))
      OR (b.is_in_totals AND b.status <> 'completed')`;

const differentAmountRanges = `
  SELECT FROM (${amountRanges} WHERE b.has_ranges ${groupedToAmountRanges}) AS noted FULL JOIN amount_ranges r USING (first_id)
   WHERE (r.batch_id, r.last_id, r.least, r.largest) IS DISTINCT FROM (noted.batch_id, noted.last_id, noted.least, noted.largest)`;

/** Ranges may be wider than their rows, some of which have had other categories; or stand for none any more. */
const narrowCategoryRanges = `
  SELECT FROM (${categoryRanges} WHERE b.has_ranges ${groupedToCategoryRanges}) AS noted
    FULL JOIN category_amount_ranges r USING (batch_id, first_id, category_id)
    LEFT JOIN batches b ON b.id = batch_id AND b.has_ranges
   WHERE b.id IS NULL OR r.least IS NULL OR r.least > noted.least OR r.largest < noted.largest`;

async function countDifferentTextRanges(trx: Transaction): Promise<number> {
  const batchIds: string[] = await trx('batches').where('has_ranges', true).pluck('id');
  let notedCount = 0;
  let alikeCount = 0;
  for await (const ranges of textRangesOf(trx, batchIds)) {
    const alike = `${textRangeRows} INTERSECT SELECT batch_id, first_id, last_id, signature FROM text_ranges`;
    notedCount += ranges.length;
    alikeCount += await countOf(trx, alike, textRangeColumns(ranges));
  }
  return Math.max(notedCount, await countOf(trx, 'SELECT FROM text_ranges')) - alikeCount;
}

const unlistedSetByHand = `
  SELECT id FROM transactions t
   WHERE category_source = 'manual'
     AND NOT EXISTS (SELECT FROM transactions_set_by_hand WHERE transaction_id = t.id)`;

async function countOf(
  trx: Transaction,
  query: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  const result = await trx.raw<{ rows: [{ count: number }] }>(
    `SELECT count(*) AS count FROM (${query}) AS different`,
    parameters as never,
  );
  return result.rows[0].count;
}
