import Router from '@koa/router';
import { isForeignKeyViolation, isUniqueViolation } from '../../../db/errors.ts';
import { findCategoryPattern, listCategoryPatterns } from '../../../db/list-category-patterns.ts';
import { CategoryPattern } from '../../../db/models/category-pattern.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { presentCategoryPattern } from './presenter.ts';
import {
  categoryPatternChangeSchema,
  categoryPatternListQuery,
  newCategoryPatternSchema,
} from './schema.ts';

const base = '/api/admin/category-patterns';

/** By which texts transactions are put into categories. A change counts for rows processed from then on. */
export function categoryPatternRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, mayAdminister, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.get(base, mayAdminister, async (ctx) => {
    const page = validate(categoryPatternListQuery, ctx.query, 'query');
    sendList(ctx, await listCategoryPatterns(database, page), presentCategoryPattern);
  });

  router.get(`${base}/:id`, mayAdminister, async (ctx) => {
    ctx.body = await present(pathId(ctx.params.id));
  });

  router.post(base, mayAdminister, jsonBody(), async (ctx) => {
    const given = validate(newCategoryPatternSchema, ctx.request.body, 'body');
    const { id } = await changeCategories(() =>
      CategoryPattern.query(database)
        .insert({
          categoryId: given.category_id,
          pattern: given.pattern,
          normalizedPattern: normalizeText(given.pattern),
          priority: given.priority,
        })
        .returning('id')
        .catch(rethrowConflict),
    );
    ctx.status = 201;
    ctx.set('Location', `${base}/${id}`);
    ctx.body = await present(id);
  });

  router.patch(`${base}/:id`, mayAdminister, jsonBody(), async (ctx) => {
    const { category_id, pattern, priority } = validate(
      categoryPatternChangeSchema,
      ctx.request.body,
      'body',
    );
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('pattern');
    await changeCategories(() =>
      CategoryPattern.query(database)
        .findById(id)
        .patch({
          ...(category_id !== undefined && { categoryId: category_id }),
          ...(pattern !== undefined && { pattern, normalizedPattern: normalizeText(pattern) }),
          ...(priority !== undefined && { priority }),
          updatedAt: new Date(),
        })
        .catch(rethrowConflict),
    );
    ctx.body = await present(id);
  });

  router.delete(`${base}/:id`, mayAdminister, async (ctx) => {
    const id = pathId(ctx.params.id);
    const isDeleted =
      id !== null &&
      (await changeCategories(async () => CategoryPattern.query(database).deleteById(id))) > 0;
    if (!isDeleted) throw notFound('pattern');
    ctx.status = 204;
  });

  async function present(id: number | null) {
    const pattern = id === null ? null : await findCategoryPattern(database, id);
    if (pattern === null) throw notFound('pattern');
    return presentCategoryPattern(pattern);
  }

  return router;
}

function rethrowConflict(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw new ApiError('conflict', 'The same pattern exists already.', {
      errors: [
        {
          pointer: '/pattern',
          detail: 'exists already, in this category or another, whatever the case',
        },
      ],
      cause: error,
    });
  }
  if (isForeignKeyViolation(error)) {
    throw new ApiError('invalid_request', 'The body is not valid.', {
      errors: [{ pointer: '/category_id', detail: 'is not the id of a category' }],
      cause: error,
    });
  }
  throw error;
}
