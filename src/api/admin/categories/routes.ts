import Router from '@koa/router';
import compose from 'koa-compose';
import { recordChange } from '../../../db/audit/record-change.ts';
import { checkPatternSetSize } from '../../../db/categories/check-pattern-set-size.ts';
import {
  type ExportedCategory,
  exportCategories,
} from '../../../db/categories/export-categories.ts';
import { findCategory, listCategories } from '../../../db/categories/list-categories.ts';
import type { Database } from '../../../db/connection/database.ts';
import { isUniqueViolation } from '../../../db/connection/errors.ts';
import { Category } from '../../../db/models/category.ts';
import { todayUtc } from '../../../domain/calendar-date.ts';
import { defaultCategoryColor } from '../../../domain/category-color.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { wholeFile } from '../exports/export-files.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { textBody } from '../text-body.ts';
import { previewImport, readImport, runImport } from './import.ts';
import { presentCategory, presentCsvExport, presentExport } from './presenter.ts';
import {
  type CategoryBody,
  categoryChangeSchema,
  categoryListQuery,
  importQuery,
  maxImportBytes,
  newCategorySchema,
} from './schema.ts';

const resource = 'categories';
const base = `/api/admin/${resource}`;

export function categoryRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, exportDatabase, exportFiles, allow, slots, changeCategories } =
    admin;
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(categoryListQuery, ctx.query, 'query');
    sendList(ctx, await listCategories(readDatabase, page), presentCategory);
  });

  router.get(`${base}/export`, allow('viewer', { isExport: true }), async (ctx) => {
    const categories = await exportCategories(exportDatabase);
    const text = JSON.stringify(presentExport(categories));
    await exportFiles.send(ctx, {
      of: 'categories',
      format: 'json',
      filter: {},
      name: null,
      parts: wholeFile(text, countLines(categories)),
    });
  });

  router.get(`${base}/export.csv`, allow('viewer', { isExport: true }), async (ctx) => {
    const categories = await exportCategories(exportDatabase);
    await exportFiles.send(ctx, {
      of: 'categories',
      format: 'csv',
      filter: {},
      name: `categories-${todayUtc()}`,
      parts: wholeFile(presentCsvExport(categories), countLines(categories)),
    });
  });

  const importBody = compose([
    slots.imports.middleware,
    textBody(['application/json', 'text/csv'], maxImportBytes),
  ]);
  router.post(`${base}/import`, allow('editor', { body: importBody }), async (ctx) => {
    const { dry_run } = validate(importQuery, ctx.query, 'query');
    const text = ctx.request.body as string;
    const given = await readImport(text, ctx.is('text/csv') !== false);
    ctx.body = dry_run
      ? await previewImport(readDatabase, given)
      : await changeCategories(() =>
          database.transaction(async (trx) => {
            const { body, logged } = await runImport(trx, given);
            await recordChange(trx, ctx.state.actor, {
              action: 'import',
              resource,
              resourceId: null,
              after: logged,
            });
            return body;
          }),
        );
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = await present(readDatabase, pathId(ctx.params.id));
  });

  router.post(base, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { name, color } = validate(newCategorySchema, ctx.request.body, 'body');
    const normalizedName = normalizeText(name);
    const body = await changeCategories(() =>
      database.transaction(async (trx) => {
        const category = await Category.query(trx)
          .insert({ name, normalizedName, color: color ?? defaultCategoryColor(normalizedName) })
          .returning('*')
          .catch(rethrowConflict);
        await checkPatternSetSize(trx);
        // Nothing can refer to it yet.
        const after = presentCategory({ ...category, patternCount: 0, transactionCount: 0 });
        await recordChange(trx, ctx.state.actor, {
          action: 'create',
          resource,
          resourceId: category.id,
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
    const change = validate(categoryChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    ctx.body = await changeCategories(() =>
      database.transaction(async (trx) => {
        // Locked, so that what the log says of before is what this changes.
        await Category.query(trx).findById(id).forNoKeyUpdate();
        const before = await present(trx, id);
        await Category.query(trx)
          .findById(id)
          .patch({
            ...change,
            ...(change.name !== undefined && { normalizedName: normalizeText(change.name) }),
            updatedAt: new Date(),
          })
          .catch(rethrowConflict);
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

  return router;
}

/** Of the CSV file, whatever the format: a pattern each, and a category that has none. */
const countLines = (categories: readonly ExportedCategory[]): number =>
  categories.reduce((sum, { patterns }) => sum + Math.max(1, patterns.length), 0);

async function present(database: Database, id: number | null): Promise<CategoryBody> {
  const category = id === null ? null : await findCategory(database, id);
  if (category === null) throw notFound('category');
  return presentCategory(category);
}

function rethrowConflict(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new ApiError('conflict', 'A category with this name already exists.', {
    errors: [{ pointer: '/name', detail: 'is the name of another category; case is ignored' }],
    cause: error,
  });
}
