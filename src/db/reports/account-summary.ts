import type { StatusCounts } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { accountParts } from './account-parts.ts';

export interface AccountSummaryQuery {
  accountId: string;
  /** Both days inclusive, `YYYY-MM-DD`. */
  startDate: string;
  endDate: string;
  /** All currencies when null. */
  currency: string | null;
}

/** Amounts as PostgreSQL's text of numeric, exact. */
export interface CurrencyTotals {
  currency: string;
  transactionCount: number;
  spend: string;
  income: string;
  net: string;
}

export interface CategorySpend {
  /** Null for rows without a category. */
  categoryId: number | null;
  category: string | null;
  currency: string;
  /** Of rows that are spend. */
  transactionCount: number;
  spend: string;
  /** Part of the currency's spend, 0 to 1, four decimal places. */
  shareOfSpend: number;
}

export interface AccountSummary {
  /** In the order of their codes. */
  byCurrency: CurrencyTotals[];
  /** The first three of each currency, most spend first, then by name. */
  topCategories: CategorySpend[];
  statusCounts: StatusCounts;
}

/** How the report names rows without a category; they compete like any other. */
export const uncategorizedName = 'Uncategorized';

/**
 * Adds up the rows of an account between two days, whatever their status, each currency for itself.
 * One statement, so that all figures are of the same moment. Null for an account that no row was ever
 * stored for.
 */
export async function accountSummary(
  database: Database,
  query: AccountSummaryQuery,
): Promise<AccountSummary | null> {
  const { parts, isLarge } = await accountParts(database, query.accountId);
  const statement = database.raw<{
    rows: {
      isKnown: boolean;
      byCurrency: CurrencyTotals[];
      topCategories: CategorySpend[];
      statusCounts: StatusCounts;
    }[];
  }>(
    `${parts}, groups AS MATERIALIZED (
       SELECT currency, category_id, open_batch_id, sum(row_count)::bigint AS row_count,
              sum(spend_count)::bigint AS spend_count, sum(spend) AS spend, sum(income) AS income
         FROM parts GROUP BY currency, category_id, open_batch_id
     ), totals AS (
       SELECT currency, sum(row_count)::bigint AS row_count, sum(spend) AS spend, sum(income) AS income
         FROM groups GROUP BY currency
     ), ranked AS (
       SELECT g.currency, g.category_id, coalesce(c.name, :uncategorized) AS category,
              sum(g.spend_count)::bigint AS spend_count, sum(g.spend) AS spend,
              row_number() OVER (PARTITION BY g.currency ORDER BY sum(g.spend), coalesce(c.name, :uncategorized), g.category_id) AS place
         FROM groups g LEFT JOIN categories c ON c.id = g.category_id
        WHERE g.spend_count > 0
        GROUP BY g.currency, g.category_id, c.name
     ), statuses AS (
       -- A row that isn't completed shares the status of its batch.
       SELECT coalesce(b.status, 'completed') AS status, sum(g.row_count)::bigint AS row_count
         FROM groups g LEFT JOIN batches b ON b.id = g.open_batch_id
        GROUP BY 1
     )
     SELECT
       EXISTS (SELECT FROM transactions WHERE account_id = :accountId) AS "isKnown",
       coalesce((SELECT json_agg(json_build_object(
           'currency', currency, 'transactionCount', row_count,
           'spend', spend::text, 'income', income::text, 'net', (spend + income)::text) ORDER BY currency COLLATE "C")
         FROM totals), '[]') AS "byCurrency",
       coalesce((SELECT json_agg(json_build_object(
           'categoryId', r.category_id, 'category', r.category, 'currency', r.currency,
           'transactionCount', r.spend_count, 'spend', r.spend::text,
           'shareOfSpend', round(r.spend / t.spend, 4)) ORDER BY r.currency COLLATE "C", r.place)
         FROM ranked r JOIN totals t USING (currency) WHERE r.place <= 3), '[]') AS "topCategories",
       json_build_object('pending', 0, 'processing', 0, 'completed', 0, 'failed', 0)::jsonb ||
         coalesce((SELECT jsonb_object_agg(status, row_count) FROM statuses), '{}') AS "statusCounts"`,
    { ...query, uncategorized: uncategorizedName },
  );
  // To plan it takes longer than to read few rows; of many it depends on what the planner knows of them.
  const result = await (isLarge ? statement : statement.options({ name: 'summary-of-rows' }));
  const row = result.rows[0];
  if (row === undefined || !row.isKnown) return null;
  return {
    byCurrency: row.byCurrency,
    topCategories: row.topCategories,
    statusCounts: row.statusCounts,
  };
}
