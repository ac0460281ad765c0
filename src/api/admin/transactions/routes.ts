import Router from '@koa/router';
import type { Database } from '../../../db/database.ts';
import { findTransaction, listTransactions } from '../../../db/list-transactions.ts';
import { recordChange } from '../../../db/record-change.ts';
import { setTransactionCategory } from '../../../db/set-transaction-category.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { maxBigintId } from '../fields.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { presentTransaction } from './presenter.ts';
import {
  type AdminTransactionBody,
  transactionChangeSchema,
  transactionListQuery,
} from './schema.ts';

const resource = 'transactions';
const base = `/api/admin/${resource}`;

export function adminTransactionRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, allow, reports } = admin;
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const page = validate(transactionListQuery, ctx.query, 'query');
    sendList(ctx, await listTransactions(database, page), presentTransaction);
  });

  router.get(`${base}/:id`, allow('viewer'), async (ctx) => {
    ctx.body = await present(database, pathId(ctx.params.id, maxBigintId));
  });

  router.patch(`${base}/:id`, allow('editor'), jsonBody(), async (ctx) => {
    const { category_id } = validate(transactionChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id, maxBigintId);
    if (id === null) throw notFound('transaction');
    const body = await database.transaction(async (trx) => {
      const assignment = await setTransactionCategory(trx, id, category_id);
      if (assignment.outcome === 'no_transaction') throw notFound('transaction');
      if (assignment.outcome === 'no_category') {
        throw new ApiError('invalid_request', 'The body is not valid.', {
          errors: [{ pointer: '/category_id', detail: 'is not the id of a category' }],
        });
      }
      const after = await present(trx, id);
      await recordChange(trx, ctx.state.actor, {
        action: 'update',
        resource,
        resourceId: id,
        before: categoryOf(presentTransaction(assignment.before)),
        after: categoryOf(after),
      });
      return after;
    });
    await reports.dropAccounts([body.account_id]);
    ctx.body = body;
  });

  return router;
}

async function present(database: Database, id: number | null): Promise<AdminTransactionBody> {
  const row = id === null ? null : await findTransaction(database, id);
  if (row === null) throw notFound('transaction');
  return presentTransaction(row);
}

/** What a change by hand changes; the log needs no more of a transaction. */
const categoryOf = ({ category_id, category, category_source }: AdminTransactionBody) => ({
  category_id,
  category,
  category_source,
});
