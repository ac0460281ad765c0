import { manualSource } from '../../domain/category-match.ts';
import type { Transaction } from '../connection/database.ts';
import { recordLabels } from '../learning/record-labels.ts';
import { recordRemovedLabels } from '../learning/record-removed-labels.ts';
import { applyCategoryChanges } from '../totals/apply-category-changes.ts';
import {
  decisionBindings,
  decisionColumns,
  decisionRows,
  type StoredDecision,
} from './stored-decision.ts';

/** The decision that a row gets: decidedByHand() or decidedByCategorizer(). */
export interface Assignment {
  transactionId: number;
  decision: StoredDecision;
}

export interface AssignmentOptions {
  /** Leaves rows alone that were not set by hand. */
  onlyManual?: boolean;
  /** Whether the rows were drawn at random for confirmation. */
  isSampled?: boolean;
  /** The acceptance of suggestions that sets the rows. */
  acceptanceId?: string;
}

/** The category that a row has, and who has decided it. */
export interface AssignedCategory {
  categoryId: number | null;
  category: string | null;
  categorySource: string | null;
}

export interface AssignmentResult {
  id: number;
  accountId: string;
  before: AssignedCategory;
  after: AssignedCategory;
}

/**
 * Gives rows their categories, and corrects the counts of their batches, the totals and the search ranges. Returns the
 * rows in the order of their ids, without those that do not exist; with `onlyManual` also without those that were not
 * set by hand. What is set by hand becomes a label. Throws a foreign key violation for a category that does not exist.
 *
 * It takes its locks in the same order as everyone who assigns categories: categories, rows, batches, each by their
 * ids.
 */
export async function assignCategories(
  trx: Transaction,
  assignments: readonly Assignment[],
  { onlyManual = false, isSampled = false, acceptanceId }: AssignmentOptions = {},
): Promise<AssignmentResult[]> {
  const categoryIds = [...new Set(assignments.map(({ decision }) => decision.categoryId))];
  await trx('categories')
    .whereIn(
      'id',
      categoryIds.filter((id) => id !== null),
    )
    .orderBy('id')
    .forKeyShare()
    .select('id');
  const rowIds = assignments.map(({ transactionId }) => transactionId);
  await trx('transactions').whereIn('id', rowIds).orderBy('id').forNoKeyUpdate().select('id');
  const labelled = assignments.filter(({ decision }) => decision.categorySource === manualSource);
  await recordLabels(
    trx,
    labelled.map(({ transactionId }) => transactionId),
    { isSampled, acceptanceId: acceptanceId ?? null },
  );
  const changed = await trx.raw<{ rows: ChangedRow[] }>(
    `WITH old AS MATERIALIZED (
       SELECT t.id, t.batch_id, t.account_id, t.ingestion_status, t.category_id, t.category_source, t.needs_review,
              c.name,
              ${decisionColumns.map((column) => `v.${column} AS new_${column}`).join(', ')}
         FROM ${decisionRows}
         JOIN transactions t ON t.id = v.id
         LEFT JOIN categories c ON c.id = t.category_id
        WHERE NOT ?::boolean OR t.category_source = 'manual'
     ), updated AS (
       UPDATE transactions AS t
          SET ${decisionColumns.map((column) => `${column} = old.new_${column}`).join(', ')}
         FROM old WHERE t.id = old.id
     )
     SELECT old.id, old.batch_id AS "batchId", old.account_id AS "accountId",
            old.ingestion_status = 'completed' AS "isCompleted",
            old.category_id AS "categoryId", old.name AS category, old.category_source AS "categorySource",
            old.needs_review AS "needsReview", old.new_needs_review AS "newNeedsReview",
            old.new_category_id AS "newCategoryId", c.name AS "newCategory", old.new_category_source AS "newSource"
       FROM old LEFT JOIN categories c ON c.id = old.new_category_id
      ORDER BY old.id`,
    [
      ...decisionBindings(
        rowIds,
        assignments.map(({ decision }) => decision),
      ),
      onlyManual,
    ],
  );
  await recordRemovedLabels(
    trx,
    changed.rows.map((row) => ({ before: row.categorySource, after: row.newSource })),
  );
  await applyCategoryChanges(
    trx,
    changed.rows.map((row) => ({
      transactionId: row.id,
      batchId: row.batchId,
      isCompleted: row.isCompleted,
      before: {
        categoryId: row.categoryId,
        source: row.categorySource,
        needsReview: row.needsReview,
      },
      after: {
        categoryId: row.newCategoryId,
        source: row.newSource,
        needsReview: row.newNeedsReview,
      },
    })),
  );
  return changed.rows.map((row) => ({
    id: row.id,
    accountId: row.accountId,
    before: {
      categoryId: row.categoryId,
      category: row.category,
      categorySource: row.categorySource,
    },
    after: {
      categoryId: row.newCategoryId,
      category: row.newCategory,
      categorySource: row.newSource,
    },
  }));
}

interface ChangedRow extends AssignedCategory {
  id: number;
  batchId: string;
  accountId: string;
  isCompleted: boolean;
  newCategoryId: number | null;
  newCategory: string | null;
  newSource: string | null;
  needsReview: boolean | null;
  newNeedsReview: boolean | null;
}
