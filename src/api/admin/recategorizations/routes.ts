import Router from '@koa/router';
import { z } from 'zod';
import { recordChange } from '../../../db/audit/record-change.ts';
import type { Transaction } from '../../../db/connection/database.ts';
import { CategoryPattern } from '../../../db/models/category-pattern.ts';
import { Recategorization } from '../../../db/models/recategorization.ts';
import { createRecategorization } from '../../../db/recategorizations/create-recategorization.ts';
import { listRecategorizations } from '../../../db/recategorizations/list-recategorizations.ts';
import { markRecategorizationEnded } from '../../../db/recategorizations/mark-recategorization.ts';
import { publicUserName } from '../../../domain/actor.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { maxOpenRecategorizations } from '../../../domain/recategorization.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import { workflowLinks } from '../../workflow-links.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { sendList } from '../send-list.ts';
import { presentRecategorization } from './presenter.ts';
import { newRecategorizationSchema, recategorizationListQuery } from './schema.ts';

const resource = 'recategorizations';
const base = `/api/admin/${resource}`;

/** Applies the patterns as they are now to rows that were processed before ("apply to history"). */
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
    const run = await database.transaction(async (trx) => {
      if (given.pattern_id !== null) await checkPattern(trx, given.pattern_id);
      const created = await createRecategorization(trx, {
        scope: given.scope,
        accountId: given.account_id,
        categoryId: given.category_id,
        patternId: given.pattern_id,
        startDate: given.start_date,
        endDate: given.end_date,
        includeManual: given.include_manual,
        requestedBy: publicNameOf(ctx.state),
      });
      if (created === null) {
        throw new ApiError(
          'conflict',
          `${maxOpenRecategorizations} of them are not done yet; wait for one, or cancel it.`,
        );
      }
      await recordChange(trx, ctx.state.actor, {
        action: 'create',
        resource,
        resourceId: created.id,
        after: given,
      });
      return created;
    });
    workflowStarter.startRecategorization(run.id);
    ctx.status = 202;
    ctx.set('Location', `${base}/${run.id}`);
    ctx.body = present(run);
  });

  /** Counts from the commit on: the workflow writes no more rows, whether or not it hears of it. */
  router.post(`${base}/:id/cancel`, allow('editor'), async (ctx) => {
    const { id, status } = await findRun(ctx.params.id);
    const cancelled = await database.transaction(async (trx) => {
      const run = await markRecategorizationEnded(trx, id, 'cancelled');
      if (run === null) return null;
      await recordChange(trx, ctx.state.actor, {
        action: 'cancel',
        resource,
        resourceId: id,
        before: { status },
        after: { status: run.status, changed_count: run.changedCount },
      });
      return run;
    });
    if (cancelled === null)
      throw new ApiError('conflict', 'This recategorization has already ended.');
    workflowStarter.cancelRecategorization(id);
    ctx.body = present(cancelled);
  });

  async function checkPattern(trx: Transaction, id: number): Promise<void> {
    if ((await CategoryPattern.query(trx).findById(id)) !== undefined) return;
    throw new ApiError('invalid_request', 'The body is not valid.', {
      errors: [{ pointer: '/pattern_id', detail: 'is not the id of a pattern' }],
    });
  }

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

/** Everybody reads who started a run, so it is not the e-mail address. */
const publicNameOf = ({ session, actor }: ApiState): string =>
  session === undefined ? actor.name : publicUserName({ id: session.userId, name: session.name });
