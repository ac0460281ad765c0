import Router from '@koa/router';
import { recordChange } from '../../../db/audit/record-change.ts';
import { checkPatternSetSize } from '../../../db/categories/check-pattern-set-size.ts';
import {
  findCategoryPattern,
  listCategoryPatterns,
} from '../../../db/categories/list-category-patterns.ts';
import type { Database } from '../../../db/connection/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../../db/connection/errors.ts';
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
  type CategoryPatternBody,
  categoryPatternChangeSchema,
  categoryPatternListQuery,
  newCategoryPatternSchema,
} from './schema.ts';

const resource = 'category-patterns';
const base = `/api/admin/${resource}`;

/** By which texts transactions are put into categories. A change counts for rows processed from then on. */
export function categoryPatternRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow, changeCategories } = admin;
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(categoryPatternListQuery, ctx.query, 'query');
    sendList(ctx, await listCategoryPatterns(readDatabase, page), presentCategoryPattern);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = await present(readDatabase, pathId(ctx.params.id));
  });

  router.post(base, allow('editor', { body: jsonBody() }), async (ctx) => {
    const given = validate(newCategoryPatternSchema, ctx.request.body, 'body');
    const body = await changeCategories(() =>
      database.transaction(async (trx) => {
        const { id } = await CategoryPattern.query(trx)
          .insert({
            categoryId: given.category_id,
            pattern: given.pattern,
            normalizedPattern: normalizeText(given.pattern),
            priority: given.priority,
            matchMode: given.match_mode,
          })
          .returning('id')
          .catch(rethrowConflict);
        await checkPatternSetSize(trx);
        const after = await present(trx, id);
        await recordChange(trx, ctx.state.actor, {
          action: 'create',
          resource,
          resourceId: id,
          after,
        });
        return after;
      }),
    );
    ctx.status = 201;
    ctx.set('Location', `${base}/${body.id}`);
    ctx.body = body;
  });

  router.patch(`${base}/:id`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { category_id, pattern, priority, match_mode } = validate(
      categoryPatternChangeSchema,
      ctx.request.body,
      'body',
    );
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('pattern');
    ctx.body = await changeCategories(() =>
      database.transaction(async (trx) => {
        // Locked, so that what the log says of before is what this changes.
        await CategoryPattern.query(trx).findById(id).forUpdate();
        const before = await present(trx, id);
        await CategoryPattern.query(trx)
          .findById(id)
          .patch({
            ...(category_id !== undefined && { categoryId: category_id }),
            ...(pattern !== undefined && { pattern, normalizedPattern: normalizeText(pattern) }),
            ...(priority !== undefined && { priority }),
            ...(match_mode !== undefined && { matchMode: match_mode }),
            updatedAt: new Date(),
          })
          .catch(rethrowConflict);
        if (pattern !== undefined) await checkPatternSetSize(trx);
        const after = await present(trx, id);
        await recordChange(trx, ctx.state.actor, {
          action: 'update',
          resource,
          resourceId: id,
          before,
          after,
        });
        return after;
      }),
    );
  });

  router.delete(`${base}/:id`, allow('editor'), async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('pattern');
    await changeCategories(() =>
      database.transaction(async (trx) => {
        await CategoryPattern.query(trx).findById(id).forUpdate();
        const before = await present(trx, id);
        await CategoryPattern.query(trx).deleteById(id);
        await recordChange(trx, ctx.state.actor, {
          action: 'delete',
          resource,
          resourceId: before.id,
          before,
        });
      }),
    );
    ctx.status = 204;
  });

  return router;
}

async function present(database: Database, id: number | null): Promise<CategoryPatternBody> {
  const pattern = id === null ? null : await findCategoryPattern(database, id);
  if (pattern === null) throw notFound('pattern');
  return presentCategoryPattern(pattern);
}

function rethrowConflict(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw new ApiError('conflict', 'This pattern already exists.', {
      errors: [
        {
          pointer: '/pattern',
          detail: 'already exists in this or another category; case is ignored',
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
