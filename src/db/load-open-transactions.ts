import type { Database } from './database.ts';
import type { TransactionRange } from './transaction-range.ts';

export interface OpenTransaction {
  id: number;
  accountId: string;
  merchantName: string | null;
  description: string | null;
}

/** The rows of the range that are not completed, in the order of their ids. */
export const loadOpenTransactions = (
  database: Database,
  range: TransactionRange,
): Promise<OpenTransaction[]> => loadOpenTransactionsOf(database, [range]);

/**
 * The same for several ranges at once. Each is read by itself (OFFSET 0 keeps it so): as a join the
 * planner might read the whole table, since it cannot know how short the ranges are.
 */
export async function loadOpenTransactionsOf(
  database: Database,
  ranges: readonly TransactionRange[],
): Promise<OpenTransaction[]> {
  const result = await database.raw<{ rows: OpenTransaction[] }>(
    `SELECT open.id, account_id AS "accountId", merchant_name AS "merchantName", description
       FROM unnest(?::uuid[], ?::bigint[], ?::bigint[]) AS r (batch_id, first_id, last_id)
      CROSS JOIN LATERAL (
        SELECT id, account_id, merchant_name, description FROM transactions
         WHERE id BETWEEN r.first_id AND r.last_id AND batch_id = r.batch_id
           AND ingestion_status <> 'completed'
        OFFSET 0
      ) AS open
      ORDER BY open.id`,
    [
      ranges.map(({ batchId }) => batchId),
      ranges.map(({ firstId }) => firstId),
      ranges.map(({ lastId }) => lastId),
    ],
  );
  return result.rows;
}
