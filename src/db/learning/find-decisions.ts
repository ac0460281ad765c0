import type { Database } from '../connection/database.ts';

/** What was decided automatically about a row, whether or not a person has confirmed it since. */
export interface AutomaticDecision {
  transactionId: number;
  categoryId: number | null;
  category: string | null;
  isConfirmed: boolean;
}

export async function findDecisions(
  database: Database,
  transactionIds: readonly number[],
): Promise<AutomaticDecision[]> {
  const { rows } = await database.raw<{ rows: AutomaticDecision[] }>(
    `SELECT d.id AS "transactionId", d.category_id AS "categoryId", c.name AS category, d.is_confirmed AS "isConfirmed"
       FROM (SELECT t.id, t.category_source IS NOT DISTINCT FROM 'manual' AS is_confirmed,
                    CASE WHEN t.category_source = 'manual' THEN coalesce(m.into_id, l.decided_category_id)
                         ELSE t.category_id END AS category_id
               FROM transactions t
               LEFT JOIN labels l ON l.transaction_id = t.id
               LEFT JOIN category_merges m ON m.from_id = l.decided_category_id
              WHERE t.id = ANY (?::bigint[])) AS d
       LEFT JOIN categories c ON c.id = d.category_id`,
    [transactionIds as number[]],
  );
  return rows;
}
