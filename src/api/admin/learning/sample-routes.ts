import Router from '@koa/router';
import type { Database } from '../../../db/connection/database.ts';
import { drawSample, isSampled } from '../../../db/learning/draw-sample.ts';
import { findDecisions } from '../../../db/learning/find-decisions.ts';
import { findTransactions } from '../../../db/transactions/list-transactions.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { maxBigintId } from '../fields.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { categoryAssignment } from '../transactions/assign.ts';
import { presentTransaction } from '../transactions/presenter.ts';
import { transactionChangeSchema } from '../transactions/schema.ts';
import type { SampledDecisionBody, WeeklySampleBody } from './sample-schema.ts';

const base = '/api/admin/learning/sample';

/** Automatic decisions drawn at random each week, for people to confirm or correct. */
export function sampleRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow } = admin;
  const assign = categoryAssignment(admin);
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const { week, transactionIds } = await drawSample(database, readDatabase);
    const body: WeeklySampleBody = { week, rows: await present(readDatabase, transactionIds) };
    ctx.body = body;
  });

  router.post(`${base}/:id`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const { category_id } = validate(transactionChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id, maxBigintId);
    if (id === null || !(await isSampled(database, id))) throw notFound('decision in a sample');
    await assign.byHand(ctx.state.actor, [id], category_id, { isSampled: true });
    const [answered] = await present(database, [id]);
    ctx.body = answered;
  });

  return router;
}

/** In the order of the ids, without rows that are gone. */
async function present(database: Database, ids: readonly number[]): Promise<SampledDecisionBody[]> {
  const rows = new Map((await findTransactions(database, ids)).map((row) => [row.id, row]));
  const decisions = await findDecisions(database, ids);
  const byId = new Map(decisions.map((decision) => [decision.transactionId, decision]));
  return ids.flatMap((id) => {
    const [row, decision] = [rows.get(id), byId.get(id)];
    if (row === undefined || decision === undefined) return [];
    return [
      {
        transaction: presentTransaction(row),
        decided_category_id: decision.categoryId,
        decided_category: decision.category,
        is_answered: decision.isConfirmed,
      },
    ];
  });
}
