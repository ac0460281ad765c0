import type { Transaction } from '../connection/database.ts';
import { applyCategoryChanges } from '../totals/apply-category-changes.ts';

/** The category that a row gets, and who decides it: without a category and a source nobody has yet. */
export interface Assignment {
  transactionId: number;
  categoryId: number | null;
  source: 'pattern' | 'manual' | null;
  patternId: number | null;
  field: 'merchant_name' | 'description' | null;
}

/** The category that a row has, and who has decided it. */
export interface AssignedCategory {
  categoryId: number | null;
  category: string | null;
  categorySource: 'pattern' | 'manual' | null;
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
 * set by hand. Throws a foreign key violation for a category that does not exist.
 *
 * It takes its locks in the same order as everyone who assigns categories: categories, rows, batches, each by their
 * ids.
 */
export async function assignCategories(
  trx: Transaction,
  assignments: readonly Assignment[],
  { onlyManual = false } = {},
): Promise<AssignmentResult[]> {
  const categoryIds = [...new Set(assignments.map(({ categoryId }) => categoryId))];
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
  const changed = await trx.raw<{ rows: ChangedRow[] }>(
    `WITH old AS MATERIALIZED (
       SELECT t.id, t.batch_id, t.account_id, t.ingestion_status, t.category_id, t.category_source, c.name,
              v.category_id AS new_category_id, v.source AS new_source, v.pattern_id, v.field
         FROM unnest(:rowIds::bigint[], :categoryIds::integer[], :sources::text[], :patternIds::integer[], :fields::text[])
              AS v (id, category_id, source, pattern_id, field)
         JOIN transactions t ON t.id = v.id
         LEFT JOIN categories c ON c.id = t.category_id
        WHERE NOT :onlyManual OR t.category_source = 'manual'
     ), updated AS (
       UPDATE transactions AS t
          SET category_id = old.new_category_id, category_source = old.new_source,
              matched_pattern_id = old.pattern_id, matched_field = old.field
         FROM old WHERE t.id = old.id
     )
     SELECT old.id, old.batch_id AS "batchId", old.account_id AS "accountId",
            old.ingestion_status = 'completed' AS "isCompleted",
            old.category_id AS "categoryId", old.name AS category, old.category_source AS "categorySource",
            old.new_category_id AS "newCategoryId", c.name AS "newCategory", old.new_source AS "newSource"
       FROM old LEFT JOIN categories c ON c.id = old.new_category_id
      ORDER BY old.id`,
    {
      rowIds,
      categoryIds: assignments.map(({ categoryId }) => categoryId),
      sources: assignments.map(({ source }) => source),
      patternIds: assignments.map(({ patternId }) => patternId),
      fields: assignments.map(({ field }) => field),
      onlyManual,
    } as never,
  );
  await applyCategoryChanges(
    trx,
    changed.rows.map((row) => ({
      transactionId: row.id,
      batchId: row.batchId,
      isCompleted: row.isCompleted,
      before: { categoryId: row.categoryId, source: row.categorySource },
      after: { categoryId: row.newCategoryId, source: row.newSource },
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
  newSource: 'pattern' | 'manual' | null;
}
