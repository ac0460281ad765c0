import Router from '@koa/router';
import { deleteCategoryPatterns } from '../../../db/categories/change-category-patterns.ts';
import { createCategoryPattern } from '../../../db/categories/create-category-pattern.ts';
import {
  findCategoryPattern,
  listCategoryPatterns,
} from '../../../db/categories/list-category-patterns.ts';
import { updateCategoryPattern } from '../../../db/categories/update-category-pattern.ts';
import { notFound } from '../../../domain/errors.ts';
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

/** The texts that put transactions into categories. A change counts for rows that are processed from then on. */
export function categoryPatternRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(categoryPatternListQuery, ctx.query, 'query');
    sendList(ctx, await listCategoryPatterns(readDatabase, page), presentCategoryPattern);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    const id = pathId(ctx.params.id);
    const pattern = id === null ? null : await findCategoryPattern(readDatabase, id);
    if (pattern === null) throw notFound('pattern');
    ctx.body = presentCategoryPattern(pattern);
  });

  router.post(base, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { category_id, pattern, priority, match_mode } = validate(
      newCategoryPatternSchema,
      ctx.request.body,
      'body',
    );
    const created = await changeCategories(() =>
      createCategoryPattern(database, ctx.state.actor, {
        categoryId: category_id,
        pattern,
        priority,
        matchMode: match_mode,
      }),
    );
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = presentCategoryPattern(created);
  });

  router.patch(`${base}/:id`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { category_id, pattern, priority, match_mode } = validate(
      categoryPatternChangeSchema,
      ctx.request.body,
      'body',
    );
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('pattern');
    const updated = await changeCategories(() =>
      updateCategoryPattern(database, ctx.state.actor, id, {
        ...(category_id !== undefined && { categoryId: category_id }),
        ...(pattern !== undefined && { pattern }),
        ...(priority !== undefined && { priority }),
        ...(match_mode !== undefined && { matchMode: match_mode }),
      }),
    );
    if (updated === null) throw notFound('pattern');
    ctx.body = presentCategoryPattern(updated);
  });

  router.delete(`${base}/:id`, allow('editor'), async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('pattern');
    const deletedCount = await changeCategories(() =>
      deleteCategoryPatterns(database, ctx.state.actor, [id]),
    );
    if (deletedCount === 0) throw notFound('pattern');
    ctx.status = 204;
  });

  return router;
}
