import Router from '@koa/router';
import { z } from 'zod';
import { retryBatch } from '../../db/batches/change-batch-status.ts';
import { listBatchConflicts } from '../../db/batches/list-batch-conflicts.ts';
import { Batch } from '../../db/models/batch.ts';
import { listBatchTransactions } from '../../db/transactions/list-batch-transactions.ts';
import { notFound } from '../../domain/errors.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiContext, ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { decodeCursor, toPage } from '../pagination.ts';
import { validate } from '../validate.ts';
import { workflowLinks } from '../workflow-links.ts';
import { batchEvents } from './events.ts';
import { notFailed } from './not-failed.ts';
import { presentBatch, presentBatchTransaction, presentBatchWithConflicts } from './presenter.ts';
import {
  type BatchWithConflictsBody,
  batchListQuery,
  batchTransactionListQuery,
} from './schema.ts';

const base = '/api/integrations/batches';

/** The batches of a client: their state, their rows, their events, and retries. */
export function batchRoutes(
  dependencies: ApiDependencies,
  guard: Guard,
  { reads: { middleware: reads }, changes: { middleware: changes } }: DatabaseSlots,
): Router<ApiState> {
  const { config, database, readDatabase, workflowStarter, stopping } = dependencies;
  const links = workflowLinks(config);
  const events = batchEvents(readDatabase, links, stopping);
  const router = new Router<ApiState>();

  router.get(base, guard('ingest', 'read'), reads, async (ctx) => {
    const query = validate(batchListQuery, ctx.query, 'query');
    const before = decodeCursor(query.cursor, z.uuid());
    const batches = await Batch.query(readDatabase)
      .orderBy([
        { column: 'createdAt', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(query.limit + 1)
      .modify((builder) => {
        const { lineageId, accountPrefixes } = ctx.state.principal;
        if (accountPrefixes.length > 0) builder.where('boundLineageId', lineageId);
        if (query.status !== undefined) builder.where('status', query.status);
        // The place of the batch is looked up, because its time is finer than what JavaScript keeps of it.
        if (before !== null)
          builder.whereRaw(
            '(created_at, id) < (SELECT created_at, id FROM batches WHERE id = ?)',
            before,
          );
      });
    ctx.body = toPage(
      batches,
      query.limit,
      (batch) => batch.id,
      (batch) => presentBatch(batch, links),
    );
  });

  router.get(`${base}/:id`, guard('ingest', 'read'), reads, async (ctx) => {
    ctx.body = await presentWhole(await findBatch(ctx));
  });

  router.get(`${base}/:id/transactions`, guard('ingest', 'read'), reads, async (ctx) => {
    const query = validate(batchTransactionListQuery, ctx.query, 'query');
    const after = decodeCursor(query.cursor, z.int());
    const batch = await findBatch(ctx);
    const rows = await listBatchTransactions(readDatabase, batch, after, query.limit + 1);
    ctx.body = toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => presentBatchTransaction(row, batch.status),
    );
  });

  router.get(`${base}/:id/events`, guard('ingest', 'read'), reads, async (ctx) => {
    events.stream(ctx, await findBatch(ctx));
  });

  router.post(`${base}/:id/retry`, guard('ingest'), changes, async (ctx) => {
    // The whole request uses the one connection that it has a slot for.
    const batch = await findBatch(ctx, database);
    const retried = await retryBatch(database, batch.id);
    if (retried === null) {
      throw notFailed(batch.status);
    }
    if (!retried.isDeadLetter)
      workflowStarter.restartBatch(retried.batch, String(ctx.state.principal.lineageId));
    ctx.status = 202;
    ctx.set('Location', `${base}/${batch.id}`);
    ctx.body = await presentWhole(retried.batch, database);
  });

  async function presentWhole(batch: Batch, from = readDatabase): Promise<BatchWithConflictsBody> {
    const conflicts = await listBatchConflicts(from, batch);
    return presentBatchWithConflicts(batch, conflicts, links);
  }

  /** A key that is bound to accounts sees only the batches of its lineage. */
  async function findBatch(ctx: ApiContext, from = readDatabase): Promise<Batch> {
    const { lineageId, accountPrefixes } = ctx.state.principal;
    const id: string | undefined = ctx.params.id;
    const batch = z.uuid().safeParse(id).success
      ? await Batch.query(from).findById(id as string)
      : undefined;
    const isShown = accountPrefixes.length === 0 || batch?.boundLineageId === lineageId;
    if (batch === undefined || !isShown) throw notFound('batch');
    ctx.state.batchId = batch.id;
    return batch;
  }

  return router;
}
