import { raw } from 'objection';
import type { Actor } from '../../domain/actor.ts';
import { maxPatterns } from '../../domain/limits.ts';
import { type Change, recordChanges } from '../audit/record-change.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { Category } from '../models/category.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import { moveSuggestions } from '../suggestions/move-suggestions.ts';
import { type CategoryRow, findCategory } from './list-categories.ts';
import { type CategoryPatternRow, listCategoryPatterns } from './list-category-patterns.ts';

/** A category may have millions of rows, of which some 100,000 a second change; other requests need far less. */
const statementTimeoutMs = 10 * 60_000;

/**
 * Locks a category that is about to be removed, with its patterns. The locks come first in their transaction,
 * in this order:
 *
 * - the tables, as an import locks them: an import and a removal wait for each other before either holds
 *   anything that the other needs;
 * - then a lock of removals, since two at once would change the same rows and counts of batches in
 *   different orders, and deadlock;
 * - then the lock of roll-ups, since totals move as a whole;
 * - then the category: whoever is assigning it ends first, and nobody begins to;
 * - then its patterns, so that the audit log says what is removed.
 */
export async function lockForRemoval(trx: Transaction, id: number): Promise<void> {
  await trx.raw(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
  await trx.raw('LOCK TABLE categories, category_patterns IN ROW EXCLUSIVE MODE');
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.categoryRemoval})`);
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
  await Category.query(trx).findById(id).forUpdate();
  await CategoryPattern.query(trx).where({ categoryId: id }).orderBy('id').forUpdate().select('id');
}

/**
 * Deletes a category with its patterns. Triggers uncategorize its rows, and correct the counts of
 * their batches, the totals and the search ranges. False when there is no such category.
 */
export async function deleteCategory(
  database: Database,
  actor: Actor,
  id: number,
): Promise<boolean> {
  return database.transaction(async (trx) => {
    await lockForRemoval(trx, id);
    const before = await findCategory(trx, id);
    if (before === null) return false;
    const patterns = await patternsOf(trx, id);
    await Category.query(trx).deleteById(id);
    await recordChanges(trx, actor, [
      { action: 'delete', resource: 'categories', resourceId: id, before },
      ...patterns.map(
        (pattern): Change => ({
          action: 'delete',
          resource: 'category-patterns',
          resourceId: pattern.id,
          before: pattern,
        }),
      ),
    ]);
    return true;
  });
}

/**
 * Moves the patterns and rows of a category to another one, and deletes it. Rows set by hand stay set
 * by hand, and the counts of batches stay right, since every row goes on having a category. Returns the
 * other category, or which of the two there is not.
 */
export async function mergeCategory(
  database: Database,
  actor: Actor,
  id: number,
  intoId: number,
): Promise<CategoryRow | 'no_category' | 'no_target'> {
  return database.transaction(async (trx) => {
    await lockForRemoval(trx, id);
    const merged = await findCategory(trx, id);
    if (merged === null) return 'no_category';
    const into = await findCategory(trx, intoId);
    const locked = await Category.query(trx).findById(intoId).forKeyShare();
    if (into === null || locked === undefined) return 'no_target';
    const patterns = await patternsOf(trx, id);
    await CategoryPattern.query(trx)
      .where({ categoryId: id })
      .patch({ categoryId: intoId, updatedAt: raw('now()') });
    await trx.raw('SELECT move_transactions(?, ?)', [id, intoId]);
    await trx.raw('SELECT move_daily_totals(ARRAY[?]::integer[], ?)', [id, intoId]);
    await trx.raw('SELECT move_category_ranges(ARRAY[?]::integer[], ?)', [id, intoId]);
    await moveSuggestions(trx, id, intoId);
    await recordMerge(trx, id, intoId);
    await Category.query(trx).deleteById(id);
    const after = (await findCategory(trx, intoId)) as CategoryRow;
    const moved = new Map((await patternsOf(trx, intoId)).map((pattern) => [pattern.id, pattern]));
    await recordChanges(trx, actor, [
      { action: 'merge', resource: 'categories', resourceId: id, before: { merged, into }, after },
      ...patterns.map(
        (pattern): Change => ({
          action: 'update',
          resource: 'category-patterns',
          resourceId: pattern.id,
          before: pattern,
          after: moved.get(pattern.id),
        }),
      ),
    ]);
    return after;
  });
}

/** What was learned before names the merged category, and others that were merged into it. */
async function recordMerge(trx: Transaction, fromId: number, intoId: number): Promise<void> {
  await trx('category_merges').where({ into_id: fromId }).update({ into_id: intoId });
  await trx('category_merges').insert({ from_id: fromId, into_id: intoId });
}

async function patternsOf(trx: Transaction, categoryId: number): Promise<CategoryPatternRow[]> {
  const { rows } = await listCategoryPatterns(trx, {
    offset: 0,
    limit: maxPatterns,
    sort: [],
    filters: [{ field: 'category_id', operator: 'eq', values: [categoryId] }],
    search: null,
  });
  return rows;
}
