import type { CategoryMatch } from '../domain/category-match.ts';
import { arrayLiteral } from './array-literal.ts';
import type { Database } from './database.ts';

export interface CategorizedTransaction {
  id: number;
  match: CategoryMatch | null;
}

/**
 * Writes what the categorizer decided, completes the rows, and counts them on their batch, in one
 * transaction; the rows come in the order of their ids. Rows that are completed already stay as they are and are not counted again, so that
 * two attempts at the same rows do no harm. A category set by hand stays. Returns how many changed.
 *
 * The categories are locked first, as a foreign key would: one that is deleted at this moment makes
 * this wait, and then fail with a foreign key violation.
 */
export async function completeTransactions(
  database: Database,
  batchId: string,
  rows: readonly CategorizedTransaction[],
): Promise<number> {
  const categoryIds = rows.map((row) => row.match?.categoryId ?? null);
  return database.transaction(async (trx) => {
    const distinct = [...new Set(categoryIds)].filter((id) => id !== null);
    if (distinct.length > 0) {
      await trx.raw(
        'SELECT FROM categories WHERE id = ANY (?::integer[]) ORDER BY id FOR KEY SHARE',
        [distinct],
      );
    }
    const result = await trx.raw<{ rows: { changedCount: number }[] }>(
      `WITH changed AS (
         UPDATE transactions AS t
            SET ingestion_status = 'completed',
                category_id = CASE WHEN t.category_source = 'manual' THEN t.category_id ELSE v.category_id END,
                matched_pattern_id = CASE WHEN t.category_source = 'manual' THEN NULL ELSE v.pattern_id END,
                matched_field = CASE WHEN t.category_source = 'manual' THEN NULL ELSE v.field END,
                category_source = CASE WHEN t.category_source = 'manual' THEN 'manual' WHEN v.category_id IS NOT NULL THEN 'pattern' END
           FROM unnest(?::bigint[], ?::integer[], ?::integer[], ?::text[]) AS v (id, category_id, pattern_id, field)
          WHERE t.id = v.id AND t.id BETWEEN ? AND ?
            -- Within an expression, for which the planner has no statistics: they mostly say that all rows are
            -- completed, from which it concludes that this finds one row, and picks a plan that takes minutes.
            AND coalesce(t.ingestion_status, '') <> 'completed'
          RETURNING t.category_id
       ), counted AS (
         SELECT count(*)::integer AS changed_count, count(category_id)::integer AS categorized_count FROM changed
       ), updated AS (
         UPDATE batches
            SET completed_count = completed_count + changed_count,
                categorized_count = batches.categorized_count + counted.categorized_count
           FROM counted WHERE id = ? AND changed_count > 0
       )
       SELECT changed_count AS "changedCount" FROM counted`,
      [
        arrayLiteral(rows.map((row) => row.id)),
        arrayLiteral(categoryIds),
        arrayLiteral(rows.map((row) => row.match?.patternId ?? null)),
        arrayLiteral(rows.map((row) => row.match?.field ?? null)),
        rows[0]?.id ?? 0,
        rows.at(-1)?.id ?? 0,
        batchId,
      ],
    );
    return result.rows[0]?.changedCount ?? 0;
  });
}
