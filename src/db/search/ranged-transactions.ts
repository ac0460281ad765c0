import type { Knex } from 'knex';
import type { Database } from '../connection/database.ts';

/** Rows without ranges that a list reads one by one, in some 20 ms. */
const maxUnranged = 20_000;

/** Whether more rows have no ranges than a list should read one by one, as while a large batch is processed. */
export async function hasManyUnranged(database: Database): Promise<boolean> {
  const [found] = await database('batches')
    .where('has_ranges', false)
    .sum<{ total: number | null }[]>('transaction_count as total');
  return (found?.total ?? 0) > maxUnranged;
}

/** Ranges of ids, and the order in which their rows are wanted. */
export interface OrderedRanges {
  /** Selects batch_id, first_id, last_id, category_id, and what is ordered by. */
  ranges: Knex.QueryBuilder;
  order: string;
  /** What holds of a row `t` that comes before every row of a range, which the FROM clause gives. */
  isBefore: (from: string) => string;
}

/**
 * The rows of all ranges, as `t` of a FROM, together with those of batches that have no ranges yet. One
 * statement reads both, within which no batch changes sides.
 */
export const rowsOfRanges = (database: Database, ranges: Knex.QueryBuilder): Knex.Raw =>
  database.raw(`(${rangedRows('(?) AS ranges')}) AS t`, [ranges as unknown as Knex.Raw]);

/** Like rowsOfRanges(), but of the first ranges alone, and without rows that a row of another range could come before. */
export const rowsOfFirstRanges = (
  database: Database,
  { ranges, order, isBefore }: OrderedRanges,
  count: number,
): Knex.Raw =>
  database.raw(
    `(WITH first AS MATERIALIZED (? ORDER BY ${order} LIMIT ?)
      ${rangedRows(`(SELECT * FROM first ORDER BY ${order} LIMIT ?) AS ranges`)}
       WHERE coalesce(${isBefore(`FROM first ORDER BY ${order} OFFSET ?`)}, true)) AS t`,
    [ranges as unknown as Knex.Raw, count + 1, count, count],
  );

/**
 * A range of a category stands for the rows that have this category now, so that a row is found once even
 * where several ranges have its id. Category 0 stands for any.
 */
const rangedRows = (ranges: string): string => `
  SELECT t.*
    FROM (
      SELECT batch_id, first_id, last_id, category_id FROM ${ranges}
      UNION ALL
      SELECT id, first_transaction_id, last_transaction_id, 0 FROM batches WHERE NOT has_ranges
    ) AS r
    CROSS JOIN LATERAL (
      SELECT * FROM transactions
       WHERE id >= r.first_id AND id <= r.last_id AND batch_id = r.batch_id
         AND (r.category_id = 0 OR category_id IS NOT DISTINCT FROM r.category_id)
      -- Keeps this a look at each range: the planner cannot know how few rows a range has.
      OFFSET 0
    ) AS t`;
