/** What one row with an `amount` adds to totals: negative amounts are spend, positive ones are income. */
export const totalsOfRow = `1 AS row_count, (amount < 0)::integer AS spend_count,
  least(amount, 0) AS spend, greatest(amount, 0) AS income`;

/** The sum of rows or totals that have these columns. */
export const sumOfTotals = `sum(row_count)::bigint AS row_count, sum(spend_count)::bigint AS spend_count,
  sum(spend) AS spend, sum(income) AS income`;

/**
 * The totals of `rows`, a query of the same WITH that gives account_id, date, currency, category_id and the
 * columns above: for each account that has totals of its own, and, with a null account, for all accounts
 * together. Changes that cancel each other out are left out.
 */
export const dailyTotalsOfRows = `
  SELECT a.account_id, date, currency, category_id, ${sumOfTotals}
    FROM rows LEFT JOIN accounts_with_totals a USING (account_id)
   GROUP BY GROUPING SETS ((a.account_id, date, currency, category_id), (date, currency, category_id))
  HAVING (a.account_id IS NOT NULL OR grouping(a.account_id) = 1)
     AND (sum(row_count), sum(spend_count), sum(spend), sum(income)) <> (0, 0, 0, 0)`;

/**
 * Adds the totals of `rows` to those that are stored. Every writer adds in the order of the keys, first the totals of
 * texts and then those of days. Category changes lock rows and batches before that, roll-ups lock batches, and
 * addAccountTotals() keeps both out by advisory locks. So writers never deadlock.
 */
export const addRowsToDailyTotals = `
  INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
  ${dailyTotalsOfRows}
   ORDER BY 1, 2, 3, 4
  ON CONFLICT (account_id, date, currency, category_id) DO UPDATE
    SET row_count = d.row_count + excluded.row_count, spend_count = d.spend_count + excluded.spend_count,
        spend = d.spend + excluded.spend, income = d.income + excluded.income`;

/** The end of an INSERT INTO uncategorized_totals AS u, whose rows come in the order of the key. */
export const addUncategorizedTotals = `
  ON CONFLICT (text_hash, currency) DO UPDATE
    SET row_count = u.row_count + excluded.row_count, amount = u.amount + excluded.amount`;
