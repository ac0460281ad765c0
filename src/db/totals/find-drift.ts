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
import { dailyTotalsOfRows, totalsOfRow } from './daily-totals.ts';
import { unlistedSetByHand } from './rebuild-totals.ts';

/** The number of stored values of each kind that differ from what the rows say. */
export interface Drift {
  /** Days of a large account (or of all accounts), each by currency and category. */
  dailyTotals: number;
  /** Categories. */
  categoryTotals: number;
  /** Texts with their currency. */
  uncategorizedTotals: number;
  /** Batches whose counts of rows are wrong. */
  batches: number;
  /** Ranges of amounts. */
  amountRanges: number;
  /** Ranges of a category's amounts that leave rows out. */
  categoryRanges: number;
  /** Ranges of texts. */
  textRanges: number;
  /** Transactions set by hand that are missing in the list of those. */
  setByHand: number;
}

/**
 * Compares every total and every count of a batch with a full count of the rows, all of one moment. Reads
 * the whole table of transactions, some 5 s a million rows; nobody waits for it.
 */
export async function findDrift(database: Database): Promise<Drift> {
  return database.transaction(
    async (trx) => {
      // First, since the setting below would slow it down: it finds pieces of batches by the ids of their rows.
      const textRanges = await countDifferentTextRanges(trx);
      // All others read every row. Where statistics are missing, as after a restore, PostgreSQL expects few rows,
      // and may compare each of them with every batch.
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

const rowsInTotals = `
  FROM transactions t JOIN batches b ON b.id = t.batch_id AND b.is_in_totals`;

const differentDailyTotals = `
  WITH rows AS (
    SELECT t.account_id, t.date, t.currency, t.category_id, ${totalsOfRow} ${rowsInTotals}
  )
  SELECT FROM (${dailyTotalsOfRows}) AS expected
  -- A join compares by "=", which null never is; so the keys are made comparable.
  FULL JOIN daily_totals d
    ON coalesce(d.account_id, '') = coalesce(expected.account_id, '') AND d.date = expected.date
   AND d.currency = expected.currency AND coalesce(d.category_id, 0) = coalesce(expected.category_id, 0)
 WHERE (coalesce(d.row_count, 0), coalesce(d.spend_count, 0), coalesce(d.spend, 0), coalesce(d.income, 0))
    <> (coalesce(expected.row_count, 0), coalesce(expected.spend_count, 0), coalesce(expected.spend, 0), coalesce(expected.income, 0))`;

const differentCategoryTotals = `
  SELECT FROM (SELECT t.category_id, count(*) AS row_count ${rowsInTotals} GROUP BY 1) AS expected
    FULL JOIN (SELECT category_id, sum(row_count) AS row_count FROM category_totals GROUP BY 1) AS c USING (category_id)
   WHERE category_id IS NOT NULL AND coalesce(c.row_count, 0) <> coalesce(expected.row_count, 0)`;

const differentUncategorizedTotals = `
  SELECT FROM (
    SELECT coalesce(t.merchant_name, t.description) AS text, t.currency, count(*) AS row_count, sum(t.amount) AS amount
      ${rowsInTotals}
     WHERE t.category_id IS NULL AND t.category_source IS NULL AND coalesce(t.merchant_name, t.description) IS NOT NULL
     GROUP BY 1, 2
  ) AS expected
  FULL JOIN uncategorized_totals u ON u.text = expected.text AND u.currency = expected.currency
 WHERE (coalesce(u.row_count, 0), coalesce(u.amount, 0)) <> (coalesce(expected.row_count, 0), coalesce(expected.amount, 0))`;

const differentBatches = `
  SELECT FROM batches b
    LEFT JOIN (SELECT batch_id, count(*) AS row_count, count(*) FILTER (WHERE ingestion_status = 'completed') AS completed_count,
                      count(category_id) FILTER (WHERE ingestion_status = 'completed') AS categorized_count
                 FROM transactions GROUP BY batch_id) AS expected ON expected.batch_id = b.id
   WHERE (b.transaction_count, b.completed_count, b.categorized_count)
      <> (coalesce(expected.row_count, 0), coalesce(expected.completed_count, 0), coalesce(expected.categorized_count, 0))
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
