import type { Database } from '../connection/database.ts';

/** Longer than anybody compares. */
const keptDays = 90;
/** Keeps a statement to a fraction of a second. */
const maxRows = 50_000;

/**
 * Adds up what categorizers in shadow would have decided on each earlier day (UTC), since small batches leave a row
 * each, and deletes what is too old. Returns whether there is more to do.
 */
export async function tidyShadowDecisions(database: Database): Promise<boolean> {
  const { rowCount: deletedCount } = await database.raw<{ rowCount: number }>(
    `DELETE FROM shadow_decisions WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM shadow_decisions WHERE decided_at < now() - make_interval(days => ?) LIMIT ?))`,
    [keptDays, maxRows],
  );
  // The sum of a day has the moment at which the day begins, at which a chunk practically never commits.
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    `WITH gone AS (
       DELETE FROM shadow_decisions WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM shadow_decisions
          WHERE decided_at < date_trunc('day', now(), 'UTC') AND decided_at <> date_trunc('day', decided_at, 'UTC')
          LIMIT ?))
       RETURNING *
     ), added AS (
       INSERT INTO shadow_decisions (decided_at, categorizer, from_category_id, to_category_id, row_count)
         SELECT date_trunc('day', decided_at, 'UTC'), categorizer, from_category_id, to_category_id, sum(row_count)
           FROM gone GROUP BY 1, 2, 3, 4
     )
     SELECT count(*) AS count FROM gone`,
    [maxRows],
  );
  return deletedCount === maxRows || rows[0]?.count === maxRows;
}
