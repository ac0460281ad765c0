import type { Database } from './database.ts';

/**
 * Ids of accounts from a prefix on, in the order of their bytes. Hops through the unique index from one
 * account to the next, so that it costs one look-up an account, however many rows they have.
 */
export async function listAccounts(
  database: Database,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const result = await database.raw<{ rows: { accountId: string }[] }>(
    `WITH RECURSIVE accounts AS (
       (SELECT account_id FROM transactions WHERE account_id >= :prefix ORDER BY account_id LIMIT 1)
       UNION ALL
       SELECT (SELECT account_id FROM transactions WHERE account_id > accounts.account_id ORDER BY account_id LIMIT 1)
         FROM accounts WHERE accounts.account_id IS NOT NULL AND starts_with(accounts.account_id, :prefix)
     )
     SELECT account_id AS "accountId" FROM accounts
      WHERE account_id IS NOT NULL AND starts_with(account_id, :prefix) LIMIT :limit`,
    { prefix, limit },
  );
  return result.rows.map((row) => row.accountId);
}
