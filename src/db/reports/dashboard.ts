import type { Status } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { sumOfTotals, totalsOfRow } from '../totals/daily-totals.ts';
import { transactionsNotRolledUp } from '../totals/transactions-not-rolled-up.ts';

/** Counts of what arrived within a period. */
export interface CapturedCounts {
  batchCount: number;
  transactionCount: number;
  duplicateCount: number;
  completedCount: number;
  categorizedCount: number;
}

export interface BatchStatusCount {
  status: Status;
  batchCount: number;
  /** Rows that are not completed. */
  openCount: number;
}

/** Amounts as PostgreSQL's text of numeric. */
export interface SpendByCategory {
  categoryId: number | null;
  category: string | null;
  color: string | null;
  currency: string;
  /** Of rows that are spend. */
  transactionCount: number;
  spend: string;
}

export interface DayTotals {
  date: string;
  currency: string;
  transactionCount: number;
  spend: string;
  income: string;
}

/** Batches that arrived between two moments, both inclusive. */
export async function capturedBetween(
  database: Database,
  since: Date,
  until: Date,
): Promise<CapturedCounts> {
  const result = await database.raw<{ rows: CapturedCounts[] }>(
    `SELECT count(*) AS "batchCount",
            coalesce(sum(transaction_count), 0)::bigint AS "transactionCount",
            coalesce(sum(duplicate_count), 0)::bigint AS "duplicateCount",
            coalesce(sum(completed_count), 0)::bigint AS "completedCount",
            coalesce(sum(categorized_count), 0)::bigint AS "categorizedCount"
       FROM batches WHERE created_at >= ? AND created_at <= ?`,
    [since, until],
  );
  return result.rows[0] as CapturedCounts;
}

/** All batches that are not completed, whenever they arrived. */
export async function unfinishedBatches(database: Database): Promise<BatchStatusCount[]> {
  const result = await database.raw<{ rows: BatchStatusCount[] }>(
    `SELECT status, count(*) AS "batchCount", sum(transaction_count - completed_count)::bigint AS "openCount"
       FROM batches WHERE status IN ('pending', 'processing', 'failed') GROUP BY status`,
  );
  return result.rows;
}

/**
 * Spend by category and by day of the transactions dated within two days, both inclusive: from the totals,
 * and from the rows of those batches that are not in them yet.
 */
export async function spendBetween(
  database: Database,
  startDate: string,
  endDate: string,
): Promise<{ byCategory: SpendByCategory[]; byDay: DayTotals[] }> {
  const result = await database.raw<{
    rows: { byCategory: SpendByCategory[]; byDay: DayTotals[] }[];
  }>(
    `WITH groups AS MATERIALIZED (
       SELECT date, currency, category_id, row_count, spend_count, spend, income
         FROM daily_totals WHERE account_id IS NULL AND date >= :startDate AND date <= :endDate AND row_count <> 0
       UNION ALL
       SELECT date, currency, category_id, ${sumOfTotals}
         FROM (SELECT date, currency, category_id, ${totalsOfRow}
                 FROM ${transactionsNotRolledUp} WHERE date >= :startDate AND date <= :endDate) AS r
        GROUP BY 1, 2, 3
     ), categories_of_spend AS (
       SELECT g.category_id, c.name, c.color, g.currency, ${sumOfTotals}
         FROM groups g LEFT JOIN categories c ON c.id = g.category_id
        GROUP BY 1, 2, 3, 4 HAVING sum(g.spend_count) > 0
     ), days AS (
       SELECT date, currency, ${sumOfTotals} FROM groups GROUP BY 1, 2
     )
     SELECT
       coalesce((SELECT json_agg(json_build_object(
           'categoryId', category_id, 'category', name, 'color', color, 'currency', currency,
           'transactionCount', spend_count, 'spend', spend::text) ORDER BY currency COLLATE "C", spend, name)
         FROM categories_of_spend), '[]') AS "byCategory",
       coalesce((SELECT json_agg(json_build_object(
           'date', date, 'currency', currency, 'transactionCount', row_count,
           'spend', spend::text, 'income', income::text) ORDER BY date, currency COLLATE "C")
         FROM days), '[]') AS "byDay"`,
    { startDate, endDate },
  );
  return result.rows[0] as { byCategory: SpendByCategory[]; byDay: DayTotals[] };
}
