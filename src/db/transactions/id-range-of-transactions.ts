import type { Database } from '../connection/database.ts';

/** The smallest and the largest id of all transactions. Last is below first when there are none. */
export async function idRangeOfTransactions(
  database: Database,
): Promise<{ first: number; last: number }> {
  const { rows } = await database.raw<{ rows: [{ first: number; last: number }] }>(
    'SELECT coalesce(min(id), 1) AS first, coalesce(max(id), 0) AS last FROM transactions',
  );
  return rows[0];
}
