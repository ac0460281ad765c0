import type { Status } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { sumOfTotals } from '../totals/daily-totals.ts';
import { accountParts } from './account-summary.ts';

/** Some rows of an account; amounts as PostgreSQL's text of numeric. */
export interface OverviewGroup {
  /** `YYYY-MM` */
  month: string;
  currency: string;
  categoryId: number | null;
  category: string | null;
  color: string | null;
  status: Status;
  transactionCount: number;
  spend: string;
  income: string;
}

export interface OverviewPeriod {
  /** Both days inclusive, `YYYY-MM-DD`. */
  startDate: string;
  endDate: string;
}

export interface AccountOverview {
  /** Of all its rows, in whatever period. */
  firstDate: string;
  lastDate: string;
  current: OverviewGroup[];
  previous: OverviewGroup[];
}

/**
 * The rows of an account in two periods, by month, currency, category and status. All of it is of the
 * same moment. Null for an account that no row was ever stored for.
 */
export async function accountOverview(
  database: Database,
  accountId: string,
  currency: string | null,
  current: OverviewPeriod,
  previous: OverviewPeriod,
): Promise<AccountOverview | null> {
  return database.transaction(
    async (trx) => {
      const known = await datesOf(trx, accountId);
      if (known === null) return null;
      return {
        ...known,
        current: await groupsOf(trx, { accountId, currency, ...current }),
        previous: await groupsOf(trx, { accountId, currency, ...previous }),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

interface Dates {
  firstDate: string;
  lastDate: string;
}

async function datesOf(database: Database, accountId: string): Promise<Dates | null> {
  const result = await database.raw<{ rows: [{ firstDate: string | null; lastDate: string }] }>(
    `SELECT min(date) AS "firstDate", max(date) AS "lastDate" FROM transactions WHERE account_id = ?`,
    [accountId],
  );
  const [{ firstDate, lastDate }] = result.rows;
  return firstDate === null ? null : { firstDate, lastDate };
}

async function groupsOf(
  database: Database,
  query: OverviewPeriod & { accountId: string; currency: string | null },
): Promise<OverviewGroup[]> {
  const { parts } = await accountParts(database, query.accountId);
  const result = await database.raw<{ rows: OverviewGroup[] }>(
    `${parts}
     SELECT to_char(g.month, 'YYYY-MM') AS month, g.currency, g.category_id AS "categoryId", c.name AS category, c.color,
            coalesce(b.status, 'completed') AS status, g.row_count AS "transactionCount", g.spend, g.income
       FROM (SELECT date_trunc('month', date::timestamp)::date AS month, currency, category_id, open_batch_id,
                    ${sumOfTotals}
               FROM parts GROUP BY 1, 2, 3, 4) AS g
       LEFT JOIN categories c ON c.id = g.category_id
       LEFT JOIN batches b ON b.id = g.open_batch_id`,
    { ...query },
  );
  return result.rows;
}
