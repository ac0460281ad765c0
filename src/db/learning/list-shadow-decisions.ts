import type { Database } from '../connection/database.ts';

export interface ShadowDecision {
  categorizer: string;
  fromCategoryId: number | null;
  from: string | null;
  toCategoryId: number | null;
  to: string | null;
  rowCount: number;
}

const days = 30;
/** More than people look at. */
const maxKinds = 200;

/** What categorizers in shadow would have decided differently in the last 30 days, the most frequent first. */
export async function listShadowDecisions(database: Database): Promise<ShadowDecision[]> {
  const { rows } = await database.raw<{ rows: ShadowDecision[] }>(
    `SELECT s.categorizer, s.from_category_id AS "fromCategoryId", f.name AS from,
            s.to_category_id AS "toCategoryId", t.name AS to, s.row_count AS "rowCount"
       FROM (SELECT categorizer, from_category_id, to_category_id, sum(row_count)::bigint AS row_count
               FROM shadow_decisions WHERE decided_at > now() - interval '${days} days'
              GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ${maxKinds}) AS s
       LEFT JOIN categories f ON f.id = s.from_category_id
       LEFT JOIN categories t ON t.id = s.to_category_id
      ORDER BY s.row_count DESC, s.categorizer, s.from_category_id, s.to_category_id`,
  );
  return rows;
}
