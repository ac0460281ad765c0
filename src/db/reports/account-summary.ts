import type { StatusCounts } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { sumOfTotals, totalsOfRow } from '../totals/daily-totals.ts';

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

/** The report's name for rows without a category, which are ranked like a category. */
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
       SELECT currency, category_id, open_batch_id, ${sumOfTotals}
         FROM parts GROUP BY currency, category_id, open_batch_id
     ), totals AS (
       SELECT currency, ${sumOfTotals} FROM groups GROUP BY currency
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
  // A prepared statement, since planning takes longer than reading few rows. For many rows the best plan depends
  // on the parameters, so the statement is planned each time.
  const result = await (isLarge ? statement : statement.options({ name: 'summary-of-rows' }));
  const row = result.rows[0];
  if (row === undefined || !row.isKnown) return null;
  return {
    byCurrency: row.byCurrency,
    topCategories: row.topCategories,
    statusCounts: row.statusCounts,
  };
}

/** Blocks with fewer ids between them are read as one. */
const maxGap = 10_000;
/** A block of fewer ids is read as a whole; in a larger one the index finds the account's rows. */
const smallBlock = 2_000;

/**
 * The beginning of a statement that reports on an account: `parts`, which add up to its rows, whatever their
 * status, dated between `:startDate` and `:endDate`, of `:currency` or of all when null. Each part stands for
 * one or more rows of one day, currency, category and batch. The batch is null for completed rows; a row that
 * isn't completed shares the status of its batch.
 *
 * The parts of a large account are its totals, and the rows of batches that are not in the totals yet. The
 * statement sees one moment, in which each row is on one of the two sides. Other accounts have no totals, so
 * all of their rows are read. That is right at any moment, also when the account becomes large before the
 * statement runs.
 */
export async function accountParts(
  database: Database,
  accountId: string,
): Promise<{ parts: string; isLarge: boolean }> {
  const { rows } = await database
    .raw<{ rows: unknown[] }>('SELECT FROM accounts_with_totals WHERE account_id = ?', [accountId])
    .options({ name: 'is-large-account' });
  const isLarge = rows.length > 0;
  return { parts: isLarge ? partsOfTotals : partsOfRows, isLarge };
}

const partsOfRows = `
  WITH parts AS (
    SELECT date, currency, category_id, CASE WHEN ingestion_status <> 'completed' THEN batch_id END AS open_batch_id,
           ${totalsOfRow}
      FROM transactions
     WHERE account_id = :accountId AND date >= :startDate AND date <= :endDate
       AND (:currency::text IS NULL OR currency = :currency)
  )`;

/**
 * Rows outside the totals lie in their batches' blocks of ids, which are mostly neighbours at the end of
 * the table. In a large block, the index on (account_id, date, id) finds the account's rows day by day; a small
 * block is read as a whole. OFFSET 0 keeps the planner from joining with all rows of the account, or of the
 * table, and comparing ids afterwards.
 */
const partsOfTotals = `
  WITH batches_not_rolled_up AS MATERIALIZED (
    SELECT id, first_transaction_id AS first_id, last_transaction_id AS last_id
      FROM batches WHERE NOT is_in_totals AND first_transaction_id IS NOT NULL
  ), blocks AS MATERIALIZED (
    SELECT min(first_id) AS first_id, max(last_id) AS last_id
      FROM (SELECT *, count(*) FILTER (WHERE first_id > end_before + ${maxGap}) OVER (ORDER BY first_id, id) AS block
              FROM (SELECT *, max(last_id) OVER (ORDER BY first_id, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_before
                      FROM batches_not_rolled_up) AS b) AS b
     GROUP BY block
  ), rows AS (
    SELECT t.* FROM blocks
     CROSS JOIN generate_series(:startDate::timestamp, :endDate::timestamp, '1 day') AS day
     CROSS JOIN LATERAL (
      SELECT batch_id, date, currency, category_id, amount, ingestion_status FROM transactions
       WHERE account_id = :accountId AND date = day::date AND id >= first_id AND id <= last_id OFFSET 0) AS t
      JOIN batches_not_rolled_up b ON b.id = t.batch_id
     WHERE blocks.last_id - blocks.first_id >= ${smallBlock}
    UNION ALL
    SELECT t.* FROM blocks CROSS JOIN LATERAL (
      SELECT batch_id, date, currency, category_id, amount, ingestion_status FROM transactions
       WHERE account_id || '' = :accountId AND date >= :startDate AND date <= :endDate
         AND id >= first_id AND id <= last_id OFFSET 0) AS t
      JOIN batches_not_rolled_up b ON b.id = t.batch_id
     WHERE blocks.last_id - blocks.first_id < ${smallBlock}
  ), parts AS (
    SELECT date, currency, category_id, NULL::uuid AS open_batch_id, row_count, spend_count, spend, income
      FROM daily_totals
     WHERE account_id = :accountId AND date >= :startDate AND date <= :endDate
       AND (:currency::text IS NULL OR currency = :currency) AND row_count <> 0
    UNION ALL
    SELECT date, currency, category_id, CASE WHEN ingestion_status <> 'completed' THEN batch_id END, ${totalsOfRow}
      FROM rows WHERE :currency::text IS NULL OR currency = :currency
  )`;
