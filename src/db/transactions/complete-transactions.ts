import type { CategoryMatch } from '../../domain/category-match.ts';
import { completeWithLastRow } from '../batches/change-batch-status.ts';
import type { Database } from '../connection/database.ts';
import type { ShadowDecision } from '../learning/shadow-decision.ts';
import { arrayLiteral } from './array-literal.ts';
import {
  decidedByCategorizers,
  decisionBindings,
  decisionColumns,
  decisionRows,
} from './stored-decision.ts';

/**
 * A category set by hand stays. Only people decide about a row before it is completed, so having a source says so, which
 * takes less time to look at than the source itself.
 */
const setUnlessByHand = decisionColumns
  .map(
    (column) =>
      `${column} = CASE WHEN t.category_source IS NULL THEN v.${column} ELSE t.${column} END`,
  )
  .join(', ');

/** Left out where there is nothing to count, as mostly. */
const countShadow = `shadow AS (
         INSERT INTO shadow_decisions (categorizer, from_category_id, to_category_id, row_count)
           SELECT s.categorizer, s.from_id, s.to_id, count(*)
             FROM unnest(?::bigint[], ?::text[], ?::integer[], ?::integer[]) AS s (id, categorizer, from_id, to_id)
             JOIN changed USING (id)
            WHERE changed.category_source IS DISTINCT FROM 'manual'
            GROUP BY 1, 2, 3
       ),`;

const shadowBindings = (shadow: readonly ShadowDecision[]): string[] => [
  arrayLiteral(shadow.map(({ id }) => id)),
  arrayLiteral(shadow.map(({ categorizer }) => categorizer)),
  arrayLiteral(shadow.map(({ fromCategoryId }) => fromCategoryId)),
  arrayLiteral(shadow.map(({ toCategoryId }) => toCategoryId)),
];

/** A batch whose last row was completed just now. */
export interface CompletedBatch {
  id: string;
  transactionCount: number;
  duplicateCount: number;
  conflictCount: number;
  categorizedCount: number;
  pendingSince: Date;
  finishedAt: Date;
}

export interface CategorizedTransaction {
  id: number;
  match: CategoryMatch | null;
}

export interface CompletedTransactions {
  changedCount: number;
  /** The changed rows by the source of their category, which is `none` for those without one. */
  countsBySource: Record<string, number>;
  completedBatches: CompletedBatch[];
}

/**
 * Writes what the categorizer decided, completes the rows, and counts them on their batches, in one
 * transaction; the rows come in the order of their ids. Rows that are completed already stay as they are and are
 * not counted again, so that two attempts at the same rows do no harm. What categorizers in shadow would have decided
 * differently is counted in the same way. A category set by hand stays. A batch that is
 * processing is completed together with the last of its rows. Returns how many rows changed, and the batches that
 * this completed.
 *
 * The categories are locked first, as a foreign key would: one that is deleted at this moment makes
 * this wait, and then fail with a foreign key violation.
 */
export async function completeTransactions(
  database: Database,
  batchIds: readonly string[],
  rows: readonly CategorizedTransaction[],
  shadow: readonly ShadowDecision[] = [],
): Promise<CompletedTransactions> {
  const decisions = decidedByCategorizers(rows.map(({ match }) => match));
  return database.transaction(async (trx) => {
    const distinct = [...new Set(decisions.map(({ categoryId }) => categoryId))].filter(
      (id) => id !== null,
    );
    // Found by the primary key alone, rows are locked in the order of their ids, as everyone does; so nobody
    // deadlocks. Any join keeps that order, since what it joins with has it as well.
    await trx.raw(
      `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
    );
    if (distinct.length > 0) {
      await trx.raw(
        'SELECT FROM categories WHERE id = ANY (?::integer[]) ORDER BY id FOR KEY SHARE',
        [distinct],
      );
    }
    const result = await trx.raw<{
      rows: (CompletedBatch & {
        changedCount: number;
        isCompleted: boolean;
        /** Of all batches, in each row. */
        countsBySource: Record<string, number>;
      })[];
    }>(
      `WITH changed AS (
         UPDATE transactions AS t
            SET ingestion_status = 'completed', ${setUnlessByHand}
           FROM ${decisionRows}
          WHERE t.id = v.id AND t.id BETWEEN ? AND ?
            -- Within an expression, for which the planner has no statistics: they mostly say that all rows are
            -- completed, from which it concludes that this finds one row, and picks a plan that takes minutes.
            AND coalesce(t.ingestion_status, '') <> 'completed'
          RETURNING t.id, t.batch_id, t.category_id, t.category_source
       ), ${shadow.length > 0 ? countShadow : ''}
       counted AS (
         SELECT batch_id, count(*)::integer AS changed_count, count(category_id)::integer AS categorized_count
           FROM changed GROUP BY batch_id
       ), sources AS (
         SELECT json_object_agg(source, row_count) AS counts
           FROM (SELECT coalesce(category_source, 'none') AS source, count(*) AS row_count FROM changed GROUP BY 1) AS s
       ), locked AS MATERIALIZED (
         SELECT b.id FROM counted AS c JOIN batches AS b ON b.id = c.batch_id ORDER BY b.id FOR NO KEY UPDATE OF b
       )
       UPDATE batches AS b
          SET completed_count = b.completed_count + c.changed_count,
              categorized_count = b.categorized_count + c.categorized_count,
              ${completeWithLastRow}
         FROM locked JOIN counted AS c ON c.batch_id = locked.id WHERE b.id = locked.id AND b.id = ANY (?::uuid[])
       RETURNING c.changed_count AS "changedCount", b.status = 'completed' AS "isCompleted", b.id,
                 b.transaction_count AS "transactionCount", b.duplicate_count AS "duplicateCount",
                 b.conflict_count AS "conflictCount", b.categorized_count AS "categorizedCount",
                 b.pending_since AS "pendingSince", b.finished_at AS "finishedAt",
                 (SELECT counts FROM sources) AS "countsBySource"`,
      [
        ...decisionBindings(
          rows.map(({ id }) => id),
          decisions,
        ),
        rows[0]?.id ?? 0,
        rows.at(-1)?.id ?? 0,
        ...(shadow.length > 0 ? shadowBindings(shadow) : []),
        [...batchIds],
      ],
    );
    return {
      changedCount: result.rows.reduce((sum, { changedCount }) => sum + changedCount, 0),
      countsBySource: result.rows[0]?.countsBySource ?? {},
      completedBatches: result.rows.filter(({ isCompleted }) => isCompleted),
    };
  });
}
