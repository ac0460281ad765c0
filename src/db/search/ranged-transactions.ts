import type { Knex } from 'knex';
import type { Database } from '../connection/database.ts';

/** Whether there are more rows without ranges than may be read one by one, as for a moment after a large batch. */
export async function hasManyOutsideRanges(database: Database, most: number): Promise<boolean> {
  const [found] = await database('batches')
    .where('has_ranges', false)
    .sum<{ total: number | null }[]>('transaction_count as total');
  return (found?.total ?? 0) > most;
}

/**
 * Of a FROM, as `t`: the rows of ranges, which are given as a query of batch_id, first_id and last_id, and
 * those of batches that have no ranges yet; all in one statement, within which no batch changes sides.
 */
export function rangedTransactions(database: Database, ranges: Knex.QueryBuilder): Knex.Raw {
  return database.raw(
    `(SELECT t.*
        FROM (
          (?)
          UNION ALL
          SELECT id, first_transaction_id, last_transaction_id FROM batches WHERE NOT has_ranges
        ) AS r
        CROSS JOIN LATERAL (
          SELECT * FROM transactions
           WHERE id >= r.first_id AND id <= r.last_id AND batch_id = r.batch_id
          -- Nobody knows how few rows a range has, least of all the planner.
          OFFSET 0
        ) AS t) AS t`,
    [ranges as unknown as Knex.Raw],
  );
}
