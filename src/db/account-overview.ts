import type { Database } from './database.ts';

/** One cell of an account's overview; amounts as PostgreSQL's text of numeric. */
export interface OverviewGroup {
  /** `YYYY-MM` */
  month: string;
  currency: string;
  categoryId: number | null;
  category: string | null;
  color: string | null;
  transactionCount: number;
  spend: string;
  income: string;
}

/** The rows of an account between two days, both inclusive, by month, currency and category. */
export async function accountOverview(
  database: Database,
  accountId: string,
  startDate: string,
  endDate: string,
): Promise<OverviewGroup[]> {
  const result = await database.raw<{ rows: OverviewGroup[] }>(
    `SELECT to_char(g.month, 'YYYY-MM') AS month, g.currency, g.category_id AS "categoryId", c.name AS category, c.color,
            g.row_count AS "transactionCount", g.spend, g.income
       FROM (SELECT date_trunc('month', date)::date AS month, currency, category_id, count(*) AS row_count,
                    coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS spend,
                    coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS income
               FROM transactions
              WHERE account_id = :accountId AND date >= :startDate AND date <= :endDate
              GROUP BY 1, 2, 3) AS g
       LEFT JOIN categories c ON c.id = g.category_id
      ORDER BY g.month, g.currency COLLATE "C", g.spend, c.name`,
    { accountId, startDate, endDate },
  );
  return result.rows;
}
