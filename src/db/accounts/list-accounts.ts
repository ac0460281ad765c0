import type { Database } from '../connection/database.ts';

export interface ListedAccount {
  id: string;
  /** The dates of its first and last transactions, `YYYY-MM-DD`. */
  firstDate: string;
  lastDate: string;
}

/**
 * Accounts whose id begins with a text, in the order of the ids' bytes. The query skips through the index from
 * one account to the next, so each account costs three look-ups, however many rows it has.
 */
export async function listAccounts(
  database: Database,
  prefix: string,
  limit: number,
): Promise<ListedAccount[]> {
  const result = await database.raw<{ rows: ListedAccount[] }>(
    `WITH RECURSIVE accounts AS (
       (SELECT account_id FROM transactions WHERE account_id >= :prefix ORDER BY account_id LIMIT 1)
       UNION ALL
       SELECT (SELECT account_id FROM transactions WHERE account_id > accounts.account_id ORDER BY account_id LIMIT 1)
         FROM accounts WHERE accounts.account_id IS NOT NULL AND starts_with(accounts.account_id, :prefix)
     ), wanted AS MATERIALIZED (
       SELECT account_id FROM accounts
        WHERE account_id IS NOT NULL AND starts_with(account_id, :prefix) LIMIT :limit
     )
     SELECT w.account_id AS id, dates.first_date AS "firstDate", dates.last_date AS "lastDate"
       FROM wanted w
      CROSS JOIN LATERAL (SELECT min(date) AS first_date, max(date) AS last_date
                            FROM transactions t WHERE t.account_id = w.account_id) AS dates
      ORDER BY w.account_id`,
    { prefix, limit },
  );
  return result.rows;
}
