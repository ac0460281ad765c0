import Router from '@koa/router';
import { recordChange, recordChanges } from '../../../db/audit/record-change.ts';
import { findCategory } from '../../../db/categories/list-categories.ts';
import {
  type CategoryPatternRow,
  listCategoryPatterns,
} from '../../../db/categories/list-category-patterns.ts';
import {
  deleteCategory,
  lockForRemoval,
  mergeCategory,
} from '../../../db/categories/remove-category.ts';
import type { Database, Transaction } from '../../../db/connection/database.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { presentCategoryPattern } from '../category-patterns/presenter.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { presentCategory } from './presenter.ts';
import { type CategoryBody, categoryMergeSchema, maxImportPatterns } from './schema.ts';

const resource = 'categories';
const base = `/api/admin/${resource}`;

/** How a category goes: deleted, or merged into another one. */
export function removeCategoryRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.delete(`${base}/:id`, allow('editor'), async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    await changeCategories(() =>
      database.transaction(async (trx) => {
        await lockForRemoval(trx, id);
        const before = await present(trx, id);
        const patterns = await patternsOf(trx, id);
        await deleteCategory(trx, id);
        await recordChange(trx, ctx.state.actor, {
          action: 'delete',
          resource,
          resourceId: id,
          before,
        });
        await recordChanges(
          trx,
          ctx.state.actor,
          patterns.map((pattern) => ({
            action: 'delete',
            resource: 'category-patterns',
            resourceId: pattern.id,
            before: presentCategoryPattern(pattern),
          })),
        );
      }),
    );
    ctx.status = 204;
  });

  router.post(`${base}/:id/merge`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { into_id } = validate(categoryMergeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    if (id === into_id) throw invalidTarget('must be another category');
    ctx.body = await changeCategories(() =>
      database.transaction(async (trx) => {
        await lockForRemoval(trx, id);
        const merged = await present(trx, id);
        const into = await findCategory(trx, into_id);
        if (into === null) throw invalidTarget('is not the id of a category');
        const patterns = await patternsOf(trx, id);
        if (!(await mergeCategory(trx, id, into_id)))
          throw invalidTarget('is not the id of a category');
        const after = await present(trx, into_id);
        await recordChange(trx, ctx.state.actor, {
          action: 'merge',
          resource,
          resourceId: id,
          before: { merged, into: presentCategory(into) },
          after,
        });
        const moved = new Map(
          (await patternsOf(trx, into_id)).map((pattern) => [pattern.id, pattern]),
        );
        await recordChanges(
          trx,
          ctx.state.actor,
          patterns.map((pattern) => ({
            action: 'update',
            resource: 'category-patterns',
            resourceId: pattern.id,
            before: presentCategoryPattern(pattern),
            after: presentCategoryPattern(moved.get(pattern.id) ?? pattern),
          })),
        );
        return after;
      }),
    );
  });

  return router;
}

async function present(database: Database, id: number): Promise<CategoryBody> {
  const category = await findCategory(database, id);
  if (category === null) throw notFound('category');
  return presentCategory(category);
}

async function patternsOf(trx: Transaction, categoryId: number): Promise<CategoryPatternRow[]> {
  const { rows } = await listCategoryPatterns(trx, {
    offset: 0,
    limit: 10 * maxImportPatterns,
    sort: [],
    filters: [{ field: 'category_id', operator: 'eq', values: [categoryId] }],
    search: null,
  });
  return rows;
}

const invalidTarget = (detail: string): ApiError =>
  new ApiError('invalid_request', 'The body is not valid.', {
    errors: [{ pointer: '/into_id', detail }],
  });
