import Router from '@koa/router';
import { deleteCategory } from '../../../db/delete-category.ts';
import { isUniqueViolation } from '../../../db/errors.ts';
import { exportCategories } from '../../../db/export-categories.ts';
import { findCategory, listCategories } from '../../../db/list-categories.ts';
import { Category } from '../../../db/models/category.ts';
import { defaultCategoryColor } from '../../../domain/category-color.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { runImport } from './import.ts';
import { presentCategory, presentExport } from './presenter.ts';
import {
  categoryChangeSchema,
  categoryListQuery,
  maxImportBytes,
  newCategorySchema,
} from './schema.ts';

const base = '/api/admin/categories';

export function categoryRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, mayAdminister, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.get(base, mayAdminister, async (ctx) => {
    const page = validate(categoryListQuery, ctx.query, 'query');
    sendList(ctx, await listCategories(database, page), presentCategory);
  });

  router.get(`${base}/export`, mayAdminister, async (ctx) => {
    ctx.body = presentExport(await exportCategories(database));
  });

  router.post(`${base}/import`, mayAdminister, jsonBody(maxImportBytes), async (ctx) => {
    ctx.body = await changeCategories(() => runImport(database, ctx.request.body));
  });

  router.get(`${base}/:id`, mayAdminister, async (ctx) => {
    const id = pathId(ctx.params.id);
    const category = id === null ? null : await findCategory(database, id);
    if (category === null) throw notFound('category');
    ctx.body = presentCategory(category);
  });

  router.post(base, mayAdminister, jsonBody(), async (ctx) => {
    const { name, color } = validate(newCategorySchema, ctx.request.body, 'body');
    const normalizedName = normalizeText(name);
    const category = await changeCategories(() =>
      Category.query(database)
        .insert({ name, normalizedName, color: color ?? defaultCategoryColor(normalizedName) })
        .returning('*')
        .catch(rethrowConflict),
    );
    ctx.status = 201;
    ctx.set('Location', `${base}/${category.id}`);
    // Nothing can refer to it yet.
    ctx.body = presentCategory({ ...category, patternCount: 0, transactionCount: 0 });
  });

  router.patch(`${base}/:id`, mayAdminister, jsonBody(), async (ctx) => {
    const change = validate(categoryChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    await changeCategories(() =>
      Category.query(database)
        .findById(id)
        .patch({
          ...change,
          ...(change.name !== undefined && { normalizedName: normalizeText(change.name) }),
          updatedAt: new Date(),
        })
        .catch(rethrowConflict),
    );
    const category = await findCategory(database, id);
    if (category === null) throw notFound('category');
    ctx.body = presentCategory(category);
  });

  router.delete(`${base}/:id`, mayAdminister, async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null || !(await changeCategories(() => deleteCategory(database, id))))
      throw notFound('category');
    ctx.status = 204;
  });

  return router;
}

function rethrowConflict(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new ApiError('conflict', 'A category of this name exists already.', {
    errors: [{ pointer: '/name', detail: 'is the name of another category, whatever the case' }],
    cause: error,
  });
}
