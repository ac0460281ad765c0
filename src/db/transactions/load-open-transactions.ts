import type { Database } from '../connection/database.ts';
import type { TransactionRange } from './transaction-range.ts';

export interface OpenTransaction {
  id: number;
  accountId: string;
  merchantName: string | null;
  description: string | null;
}

/** Each column holds its values in the order of the rows; null where there is no row. */
type Columns = [
  ids: number[] | null,
  accountIds: string[] | null,
  merchantNames: (string | null)[] | null,
  descriptions: (string | null)[] | null,
];

/**
 * The rows of the ranges that are not completed, in the order of their ids. Each range is read by itself (OFFSET 0
 * keeps it so): as a join the planner might read the whole table, since it cannot know how short the ranges are.
 *
 * The columns come as one JSON text, which is read in a third of the time that the driver takes for
 * rows: a microsecond less for each row that is completed.
 */
export async function loadOpenTransactions(
  database: Database,
  ranges: readonly TransactionRange[],
): Promise<OpenTransaction[]> {
  const result = await database.raw<{ rows: [{ columns: Columns }] }>(
    `SELECT json_build_array(json_agg(id), json_agg(account_id), json_agg(merchant_name),
                             json_agg(description)) AS columns
       FROM (
         SELECT open.* FROM unnest(?::uuid[], ?::bigint[], ?::bigint[]) AS r (batch_id, first_id, last_id)
          CROSS JOIN LATERAL (
            SELECT id, account_id, merchant_name, description FROM transactions
             WHERE id BETWEEN r.first_id AND r.last_id AND batch_id = r.batch_id
               AND ingestion_status <> 'completed'
            OFFSET 0
          ) AS open
          ORDER BY open.id
       ) AS sorted`,
    [
      ranges.map(({ batchId }) => batchId),
      ranges.map(({ firstId }) => firstId),
      ranges.map(({ lastId }) => lastId),
    ],
  );
  const [ids, accountIds, merchantNames, descriptions] = result.rows[0].columns;
  return (ids ?? []).map((id, index) => ({
    id,
    accountId: accountIds?.[index] as string,
    merchantName: merchantNames?.[index] ?? null,
    description: descriptions?.[index] ?? null,
  }));
}
