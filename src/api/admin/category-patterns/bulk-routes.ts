import Router from '@koa/router';
import {
  deleteCategoryPatterns,
  moveCategoryPatterns,
} from '../../../db/categories/change-category-patterns.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { bulkDeleteQuery, bulkMoveSchema } from './bulk-schema.ts';

const base = '/api/admin/category-patterns';

/** Changes many patterns at once: all of them or, where something is wrong, none. */
export function bulkPatternRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.post(`${base}/bulk-move`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { ids, category_id } = validate(bulkMoveSchema, ctx.request.body, 'body');
    const changed = await changeCategories(() =>
      moveCategoryPatterns(database, ctx.state.actor, ids, category_id),
    );
    ctx.body = { changed };
  });

  router.delete(base, allow('editor'), async (ctx) => {
    const { id: ids } = validate(bulkDeleteQuery, ctx.query, 'query');
    const changed = await changeCategories(() =>
      deleteCategoryPatterns(database, ctx.state.actor, ids),
    );
    ctx.body = { changed };
  });

  return router;
}
