import type { Database } from '../connection/database.ts';
import { countOf, countWrongRanges, type WrongRanges } from '../search/count-wrong-ranges.ts';
import { dailyTotalsOfRows, totalsOfRow } from './daily-totals.ts';

/** The number of stored values of each kind that differ from what the rows say. */
export interface Drift extends WrongRanges {
  /** Days of a large account (or of all accounts), each by currency and category. */
  dailyTotals: number;
  /** Categories. */
  categoryTotals: number;
  /** Texts with their currency. */
  uncategorizedTotals: number;
  /** Batches whose counts of rows are wrong. */
  batches: number;
}

/**
 * Compares every total and every count of a batch with a full count of the rows, all of one moment. Reads
 * the whole table of transactions, some 5 s a million rows; nobody waits for it.
 */
export async function findDrift(database: Database): Promise<Drift> {
  return database.transaction(
    async (trx) => {
      const wrongRanges = await countWrongRanges(trx);
      // The following read every row. Where statistics are missing, as after a restore, PostgreSQL expects few rows,
      // and may compare each of them with every batch.
      await trx.raw("SELECT set_config('enable_nestloop', 'off', true)");
      return {
        dailyTotals: await countOf(trx, differentDailyTotals),
        categoryTotals: await countOf(trx, differentCategoryTotals),
        uncategorizedTotals: await countOf(trx, differentUncategorizedTotals),
        batches: await countOf(trx, differentBatches),
        ...wrongRanges,
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
