import Router from '@koa/router';
import { deleteCategory, mergeCategory } from '../../../db/categories/remove-category.ts';
import { badField, notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { presentCategory } from './presenter.ts';
import { categoryMergeSchema } from './schema.ts';

const base = '/api/admin/categories';

/** Removes a category: deletes it, or merges it into another one. */
export function removeCategoryRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.delete(`${base}/:id`, allow('editor'), async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    const isDeleted = await changeCategories(() => deleteCategory(database, ctx.state.actor, id));
    if (!isDeleted) throw notFound('category');
    ctx.status = 204;
  });

  router.post(`${base}/:id/merge`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { into_id } = validate(categoryMergeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    if (id === into_id) throw badField('/into_id', 'must be another category');
    const into = await changeCategories(() =>
      mergeCategory(database, ctx.state.actor, id, into_id),
    );
    if (into === 'no_category') throw notFound('category');
    if (into === 'no_target') throw badField('/into_id', 'is not the id of a category');
    ctx.body = presentCategory(into);
  });

  return router;
}
