import Router from '@koa/router';
import type { Database } from '../../../db/connection/database.ts';
import { findTransaction, listTransactions } from '../../../db/transactions/list-transactions.ts';
import { todayUtc } from '../../../domain/calendar-date.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { maxBigintId } from '../fields.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { categoryAssignment } from './assign.ts';
import { transactionsCsv } from './export.ts';
import { presentTransaction } from './presenter.ts';
import {
  type AdminTransactionBody,
  bulkCategorySchema,
  bulkClearSchema,
  transactionChangeSchema,
  transactionListQuery,
} from './schema.ts';

const base = '/api/admin/transactions';

export function adminTransactionRoutes(admin: AdminDependencies): Router<ApiState> {
  const { config, readDatabase, exportDatabase, exportFiles, allow } = admin;
  const assign = categoryAssignment(admin);
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(transactionListQuery, ctx.query, 'query');
    sendList(ctx, await listTransactions(readDatabase, page), presentTransaction);
  });

  router.get(
    `${base}/export.csv`,
    allow('viewer', { isExport: true, holds: 'nothing' }),
    async (ctx) => {
      const query = validate(transactionListQuery, ctx.query, 'query');
      // The file has all matching rows, so the page's range does not matter.
      const { _start, _end, ...filter } = ctx.query;
      const timeoutMs = config.EXPORT_TIMEOUT_SECONDS * 1_000;
      await exportFiles.send(ctx, {
        of: 'transactions',
        format: 'csv',
        filter,
        name: `transactions-${todayUtc()}`,
        parts: transactionsCsv(exportDatabase, query, timeoutMs),
      });
    },
  );

  router.post(`${base}/bulk-set-category`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { ids, category_id } = validate(bulkCategorySchema, ctx.request.body, 'body');
    const changed = await assign.byHand(ctx.state.actor, [...new Set(ids)], category_id);
    ctx.body = { changed_count: changed.length };
  });

  router.post(`${base}/bulk-clear-manual`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { ids } = validate(bulkClearSchema, ctx.request.body, 'body');
    const changed = await assign.byCategorizers(ctx.state.actor, [...new Set(ids)]);
    ctx.body = { changed_count: changed.length };
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = await present(readDatabase, pathId(ctx.params.id, maxBigintId));
  });

  router.patch(`${base}/:id`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { category_id } = validate(transactionChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id, maxBigintId);
    const changed = id === null ? [] : await assign.byHand(ctx.state.actor, [id], category_id);
    if (changed.length === 0) throw notFound('transaction');
    ctx.body = await present(readDatabase, id);
  });

  return router;
}

async function present(database: Database, id: number | null): Promise<AdminTransactionBody> {
  const row = id === null ? null : await findTransaction(database, id);
  if (row === null) throw notFound('transaction');
  return presentTransaction(row);
}
