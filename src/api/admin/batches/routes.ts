import Router from '@koa/router';
import { z } from 'zod';
import { listBatchConflicts } from '../../../db/batches/list-batch-conflicts.ts';
import { listBatches } from '../../../db/batches/list-batches.ts';
import { retryBatchAsAdmin } from '../../../db/batches/retry-batch-as-admin.ts';
import { Batch } from '../../../db/models/batch.ts';
import { notFound } from '../../../domain/errors.ts';
import { notFailed } from '../../batches/not-failed.ts';
import { presentBatch, presentBatchWithConflicts } from '../../batches/presenter.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import { workflowLinks } from '../../workflow-links.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { sendList } from '../send-list.ts';
import {
  type AdminBatchBody,
  type AdminBatchWithConflictsBody,
  adminBatchListQuery,
} from './schema.ts';

const base = '/api/admin/batches';

export function adminBatchRoutes(admin: AdminDependencies): Router<ApiState> {
  const { config, database, readDatabase, allow, workflowStarter } = admin;
  const links = workflowLinks(config);
  const present = (batch: Batch): AdminBatchBody => ({
    id: batch.id,
    ...presentBatch(batch, links),
  });
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(adminBatchListQuery, ctx.query, 'query');
    sendList(ctx, await listBatches(readDatabase, page), present);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = await presentWhole(await findBatch(ctx));
  });

  router.post(`${base}/:id/retry`, allow('editor'), async (ctx) => {
    const batch = await findBatch(ctx);
    const retried = await retryBatchAsAdmin(database, ctx.state.actor, batch);
    if (retried === null) throw notFailed(batch.status);
    if (!retried.isDeadLetter) workflowStarter.restartBatch(retried.batch);
    ctx.status = 202;
    ctx.body = await presentWhole(retried.batch);
  });

  async function presentWhole(batch: Batch): Promise<AdminBatchWithConflictsBody> {
    const conflicts = await listBatchConflicts(readDatabase, batch);
    return { id: batch.id, ...presentBatchWithConflicts(batch, conflicts, links) };
  }

  async function findBatch(ctx: ApiContext): Promise<Batch> {
    const id = z.uuid().safeParse(ctx.params.id);
    const batch = id.success ? await Batch.query(readDatabase).findById(id.data) : undefined;
    if (batch === undefined) throw notFound('batch');
    ctx.state.batchId = batch.id;
    return batch;
  }

  return router;
}
