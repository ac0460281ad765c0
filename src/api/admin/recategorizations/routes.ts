import Router from '@koa/router';
import { z } from 'zod';
import { Recategorization } from '../../../db/models/recategorization.ts';
import { createRecategorization } from '../../../db/recategorizations/create-recategorization.ts';
import { listRecategorizations } from '../../../db/recategorizations/list-recategorizations.ts';
import { cancelRecategorization } from '../../../db/recategorizations/mark-recategorization.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import { workflowLinks } from '../../workflow-links.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { publicNameOf } from '../public-name-of.ts';
import { sendList } from '../send-list.ts';
import { presentRecategorization } from './presenter.ts';
import { newRecategorizationSchema, recategorizationListQuery } from './schema.ts';

const base = '/api/admin/recategorizations';

/** Applies the present patterns to rows that were processed before ("apply to history"). */
export function recategorizationRoutes(admin: AdminDependencies): Router<ApiState> {
  const { config, database, readDatabase, allow, workflowStarter } = admin;
  const links = workflowLinks(config);
  const present = (run: Recategorization) => presentRecategorization(run, links);
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(recategorizationListQuery, ctx.query, 'query');
    sendList(ctx, await listRecategorizations(readDatabase, page), present);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = present(await findRun(ctx.params.id));
  });

  router.post(base, allow('editor', { body: jsonBody() }), async (ctx) => {
    const given = validate(newRecategorizationSchema, ctx.request.body, 'body');
    const run = await createRecategorization(database, ctx.state.actor, {
      scope: given.scope,
      accountId: given.account_id,
      categoryId: given.category_id,
      patternId: given.pattern_id,
      startDate: given.start_date,
      endDate: given.end_date,
      includeManual: given.include_manual,
      requestedBy: publicNameOf(ctx.state),
    });
    workflowStarter.startRecategorization(run.id);
    ctx.status = 202;
    ctx.set('Location', `${base}/${run.id}`);
    ctx.body = present(run);
  });

  router.post(`${base}/:id/cancel`, allow('editor'), async (ctx) => {
    const run = await findRun(ctx.params.id);
    const cancelled = await cancelRecategorization(database, ctx.state.actor, run);
    if (cancelled === null)
      throw new ApiError('conflict', 'This recategorization has already ended.');
    workflowStarter.cancelRecategorization(cancelled.id);
    ctx.body = present(cancelled);
  });

  async function findRun(text: string | undefined): Promise<Recategorization> {
    const id = z.uuid().safeParse(text);
    const run = id.success
      ? await Recategorization.query(readDatabase).findById(id.data)
      : undefined;
    if (run === undefined) throw notFound('recategorization');
    return run;
  }

  return router;
}
