import type { Database } from '../connection/database.ts';

/** Ids between two blocks of rows that are better read through than left out. */
const maxGap = 10_000;
/** Below so many ids a block is read as it lies; above, the index finds the account's rows in it. */
const smallBlock = 2_000;

/**
 * The beginning of a statement that reports on an account: `parts`, which add up to its rows, whatever their
 * status, dated between `:startDate` and `:endDate`, of `:currency` or of all when null. Each is of one day,
 * currency, category and batch. The batch is null for completed rows; a row that isn't completed shares the
 * status of its batch. A part may be one row or several: whoever reads them adds them up, once, by what the
 * report needs.
 *
 * Of a large account, rows of batches that are in the totals come from there, all others one by one; the
 * statement sees one moment, in which a row is on one of the two sides. An account that is not large has no
 * totals, and all of its rows are read, which is right at any moment: so it does no harm when the account
 * becomes large before the statement runs.
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
           1 AS row_count, (amount < 0)::integer AS spend_count, least(amount, 0) AS spend, greatest(amount, 0) AS income
      FROM transactions
     WHERE account_id = :accountId AND date >= :startDate AND date <= :endDate
       AND (:currency::text IS NULL OR currency = :currency)
  )`;

/**
 * Rows outside the totals lie in their batches' blocks of ids, which are mostly neighbours at the end of
 * the table: within each, the index on (account_id, date, id) finds the account's rows day by day, or a small
 * one is read as it lies. (OFFSET 0 keeps the planner from joining with all rows of the account, or of the
 * table, and comparing ids afterwards.)
 */
const partsOfTotals = `
  WITH loose_batches AS MATERIALIZED (
    SELECT id, first_transaction_id AS first_id, last_transaction_id AS last_id
      FROM batches WHERE NOT is_in_totals AND first_transaction_id IS NOT NULL
  ), blocks AS MATERIALIZED (
    SELECT min(first_id) AS first_id, max(last_id) AS last_id
      FROM (SELECT *, count(*) FILTER (WHERE first_id > end_before + ${maxGap}) OVER (ORDER BY first_id, id) AS block
              FROM (SELECT *, max(last_id) OVER (ORDER BY first_id, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_before
                      FROM loose_batches) AS b) AS b
     GROUP BY block
  ), rows AS (
    SELECT t.* FROM blocks
     CROSS JOIN generate_series(:startDate::timestamp, :endDate::timestamp, '1 day') AS day
     CROSS JOIN LATERAL (
      SELECT batch_id, date, currency, category_id, amount, ingestion_status FROM transactions
       WHERE account_id = :accountId AND date = day::date AND id >= first_id AND id <= last_id OFFSET 0) AS t
      JOIN loose_batches b ON b.id = t.batch_id
     WHERE blocks.last_id - blocks.first_id >= ${smallBlock}
    UNION ALL
    SELECT t.* FROM blocks CROSS JOIN LATERAL (
      SELECT batch_id, date, currency, category_id, amount, ingestion_status FROM transactions
       WHERE account_id || '' = :accountId AND date >= :startDate AND date <= :endDate
         AND id >= first_id AND id <= last_id OFFSET 0) AS t
      JOIN loose_batches b ON b.id = t.batch_id
     WHERE blocks.last_id - blocks.first_id < ${smallBlock}
  ), parts AS (
    SELECT date, currency, category_id, NULL::uuid AS open_batch_id, row_count, spend_count, spend, income
      FROM daily_totals
     WHERE account_id = :accountId AND date >= :startDate AND date <= :endDate
       AND (:currency::text IS NULL OR currency = :currency) AND row_count <> 0
    UNION ALL
    SELECT r.date, r.currency, r.category_id, CASE WHEN r.ingestion_status <> 'completed' THEN r.batch_id END,
           1, (r.amount < 0)::integer, least(r.amount, 0), greatest(r.amount, 0)
      FROM rows r
     WHERE :currency::text IS NULL OR r.currency = :currency
  )`;
