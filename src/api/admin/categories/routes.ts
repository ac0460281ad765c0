import Router from '@koa/router';
import compose from 'koa-compose';
import { createCategory } from '../../../db/categories/create-category.ts';
import {
  type ExportedCategory,
  exportCategories,
} from '../../../db/categories/export-categories.ts';
import { findCategory, listCategories } from '../../../db/categories/list-categories.ts';
import { updateCategory } from '../../../db/categories/update-category.ts';
import { todayUtc } from '../../../domain/calendar-date.ts';
import { notFound } from '../../../domain/errors.ts';
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
  categoryChangeSchema,
  categoryListQuery,
  importQuery,
  maxImportBytes,
  newCategorySchema,
} from './schema.ts';

const base = '/api/admin/categories';

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
      : await changeCategories(() => runImport(database, ctx.state.actor, given));
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    const id = pathId(ctx.params.id);
    const category = id === null ? null : await findCategory(readDatabase, id);
    if (category === null) throw notFound('category');
    ctx.body = presentCategory(category);
  });

  router.post(base, allow('editor', { body: jsonBody() }), async (ctx) => {
    const given = validate(newCategorySchema, ctx.request.body, 'body');
    const created = await changeCategories(() => createCategory(database, ctx.state.actor, given));
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = presentCategory(created);
  });

  router.patch(`${base}/:id`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const change = validate(categoryChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('category');
    const updated = await changeCategories(() =>
      updateCategory(database, ctx.state.actor, id, change),
    );
    if (updated === null) throw notFound('category');
    ctx.body = presentCategory(updated);
  });

  return router;
}

/** Lines of the CSV file: one for each pattern, and one for a category without patterns. Other formats count the same. */
const countLines = (categories: readonly ExportedCategory[]): number =>
  categories.reduce((sum, { patterns }) => sum + Math.max(1, patterns.length), 0);
