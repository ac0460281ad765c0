import { raw } from 'objection';
import type { Actor } from '../../domain/actor.ts';
import { recordChanges } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { Category } from '../models/category.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import { noSuchCategory, rethrowBadPattern } from './bad-pattern.ts';
import { type CategoryPatternRow, listCategoryPatterns } from './list-category-patterns.ts';

const resource = 'category-patterns';

/** Moves those of the patterns that exist to a category. Returns how many it moved. Throws ApiError for no category. */
export async function moveCategoryPatterns(
  database: Database,
  actor: Actor,
  ids: readonly number[],
  categoryId: number,
): Promise<number> {
  return database.transaction(async (trx) => {
    // The category first, in the same order as everyone who gives something a category.
    const category = await Category.query(trx).findById(categoryId).forKeyShare();
    if (category === undefined) throw noSuchCategory();
    const moved = (await lockPatterns(trx, ids)).filter(
      (pattern) => pattern.categoryId !== categoryId,
    );
    if (moved.length === 0) return 0;
    const movedIds = moved.map(({ id }) => id);
    await CategoryPattern.query(trx)
      .findByIds(movedIds)
      .patch({ categoryId, updatedAt: raw('now()') })
      .catch(rethrowBadPattern);
    const after = new Map((await readPatterns(trx, movedIds)).map((row) => [row.id, row]));
    await recordChanges(
      trx,
      actor,
      moved.map((before) => ({
        action: 'update',
        resource,
        resourceId: before.id,
        before,
        after: after.get(before.id),
      })),
    );
    return moved.length;
  });
}

/** Deletes those of the patterns that exist. Returns how many. */
export async function deleteCategoryPatterns(
  database: Database,
  actor: Actor,
  ids: readonly number[],
): Promise<number> {
  return database.transaction(async (trx) => {
    const deleted = await lockPatterns(trx, ids);
    if (deleted.length === 0) return 0;
    await CategoryPattern.query(trx)
      .findByIds(deleted.map(({ id }) => id))
      .delete();
    await recordChanges(
      trx,
      actor,
      deleted.map((before) => ({ action: 'delete', resource, resourceId: before.id, before })),
    );
    return deleted.length;
  });
}

/** The patterns that exist, locked in the order of their ids, as everyone locks them. */
async function lockPatterns(
  trx: Transaction,
  ids: readonly number[],
): Promise<CategoryPatternRow[]> {
  await CategoryPattern.query(trx)
    .findByIds(ids as number[])
    .orderBy('id')
    .forUpdate()
    .select('id');
  return readPatterns(trx, ids);
}

async function readPatterns(
  trx: Transaction,
  ids: readonly number[],
): Promise<CategoryPatternRow[]> {
  const { rows } = await listCategoryPatterns(trx, {
    offset: 0,
    limit: ids.length,
    sort: [{ field: 'id', direction: 'asc' }],
    filters: [{ field: 'id', operator: 'eq', values: ids }],
    search: null,
  });
  return rows;
}
