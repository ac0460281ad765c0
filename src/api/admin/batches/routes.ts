import Router from '@koa/router';
import { z } from 'zod';
import { listBatches } from '../../../db/list-batches.ts';
import { Batch } from '../../../db/models/batch.ts';
import { notFound } from '../../../domain/errors.ts';
import { presentBatch, workflowLinks } from '../../batches/presenter.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { sendList } from '../send-list.ts';
import { type AdminBatchBody, adminBatchListQuery } from './schema.ts';

const base = '/api/admin/batches';

export function adminBatchRoutes(admin: AdminDependencies): Router<ApiState> {
  const { config, database, allow } = admin;
  const links = workflowLinks(config);
  const present = (batch: Batch): AdminBatchBody => ({
    id: batch.id,
    ...presentBatch(batch, links),
  });
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(adminBatchListQuery, ctx.query, 'query');
    sendList(ctx, await listBatches(database, page), present);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    const id = z.uuid().safeParse(ctx.params.id);
    const batch = id.success ? await Batch.query(database).findById(id.data) : undefined;
    if (batch === undefined) throw notFound('batch');
    ctx.body = present(batch);
  });

  return router;
}
