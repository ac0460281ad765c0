import Router from '@koa/router';
import { recordChanges } from '../../../db/audit/record-change.ts';
import { listCategoryPatterns } from '../../../db/categories/list-category-patterns.ts';
import type { Transaction } from '../../../db/connection/database.ts';
import { isForeignKeyViolation } from '../../../db/connection/errors.ts';
import type { Actor } from '../../../domain/actor.ts';
import { ApiError } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { bulkDeleteQuery, bulkMoveSchema } from './bulk-schema.ts';
import { presentCategoryPattern } from './presenter.ts';
import type { CategoryPatternBody } from './schema.ts';

const resource = 'category-patterns';
const base = `/api/admin/${resource}`;

/** Many patterns at once: all of them or, where something is wrong, none. */
export function bulkPatternRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.post(`${base}/bulk-move`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { ids, category_id } = validate(bulkMoveSchema, ctx.request.body, 'body');
    ctx.body = await changeCategories(() =>
      database.transaction((trx) => movePatterns(trx, ctx.state.actor, ids, category_id)),
    );
  });

  router.delete(base, allow('editor'), async (ctx) => {
    const { id: ids } = validate(bulkDeleteQuery, ctx.query, 'query');
    ctx.body = await changeCategories(() =>
      database.transaction((trx) => deletePatterns(trx, ctx.state.actor, ids)),
    );
  });

  return router;
}

async function movePatterns(
  trx: Transaction,
  actor: Actor,
  ids: readonly number[],
  categoryId: number,
): Promise<{ changed: number }> {
  // The category first, as everyone locks who gives something a category.
  const category = await trx('categories').where({ id: categoryId }).forKeyShare().first('id');
  if (category === undefined) throw noCategory();
  const moved = (await lockPatterns(trx, ids)).filter(
    (pattern) => pattern.category_id !== categoryId,
  );
  if (moved.length === 0) return { changed: 0 };
  const movedIds = moved.map(({ id }) => id);
  await trx('category_patterns')
    .whereRaw('id = ANY (?)', [movedIds])
    .update({ category_id: categoryId, updated_at: trx.fn.now() })
    .catch((error: unknown) => {
      throw isForeignKeyViolation(error) ? noCategory() : error;
    });
  const after = new Map(
    (await readPatterns(trx, movedIds)).map((pattern) => [pattern.id, pattern]),
  );
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
  return { changed: moved.length };
}

async function deletePatterns(
  trx: Transaction,
  actor: Actor,
  ids: readonly number[],
): Promise<{ changed: number }> {
  const deleted = await lockPatterns(trx, ids);
  if (deleted.length === 0) return { changed: 0 };
  await trx('category_patterns')
    .whereRaw('id = ANY (?)', [deleted.map(({ id }) => id)])
    .delete();
  await recordChanges(
    trx,
    actor,
    deleted.map((before) => ({ action: 'delete', resource, resourceId: before.id, before })),
  );
  return { changed: deleted.length };
}

/** Those that are there, by their ids, in which order everyone locks them. */
async function lockPatterns(
  trx: Transaction,
  ids: readonly number[],
): Promise<CategoryPatternBody[]> {
  await trx.raw('SELECT FROM category_patterns WHERE id = ANY (?) ORDER BY id FOR UPDATE', [
    ids as number[],
  ]);
  return readPatterns(trx, ids);
}

async function readPatterns(
  trx: Transaction,
  ids: readonly number[],
): Promise<CategoryPatternBody[]> {
  const { rows } = await listCategoryPatterns(trx, {
    offset: 0,
    limit: ids.length,
    sort: [{ field: 'id', direction: 'asc' }],
    filters: [{ field: 'id', operator: 'eq', values: ids }],
    search: null,
  });
  return rows.map(presentCategoryPattern);
}

const noCategory = (): ApiError =>
  new ApiError('invalid_request', 'The body is not valid.', {
    errors: [{ pointer: '/category_id', detail: 'is not the id of a category' }],
  });
