import type { Actor } from '../../domain/actor.ts';
import { recordChanges } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
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
    const category = await trx('categories').where({ id: categoryId }).forKeyShare().first('id');
    if (category === undefined) throw noSuchCategory();
    const moved = (await lockPatterns(trx, ids)).filter(
      (pattern) => pattern.categoryId !== categoryId,
    );
    if (moved.length === 0) return 0;
    const movedIds = moved.map(({ id }) => id);
    await trx('category_patterns')
      .whereRaw('id = ANY (?)', [movedIds])
      .update({ category_id: categoryId, updated_at: trx.fn.now() })
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
    await trx('category_patterns')
      .whereRaw('id = ANY (?)', [deleted.map(({ id }) => id)])
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
  await trx.raw('SELECT FROM category_patterns WHERE id = ANY (?) ORDER BY id FOR UPDATE', [
    ids as number[],
  ]);
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
