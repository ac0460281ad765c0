import Router from '@koa/router';
import { findTransaction, listTransactions } from '../../../db/list-transactions.ts';
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
import { transactionChangeSchema, transactionListQuery } from './schema.ts';

const base = '/api/admin/transactions';

export function adminTransactionRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, mayAdminister, reports } = admin;
  const router = new Router<ApiState>();

  router.get(base, mayAdminister, async (ctx) => {
    const page = validate(transactionListQuery, ctx.query, 'query');
    sendList(ctx, await listTransactions(database, page), presentTransaction);
  });

  router.get(`${base}/:id`, mayAdminister, async (ctx) => {
    ctx.body = await present(pathId(ctx.params.id, maxBigintId));
  });

  router.patch(`${base}/:id`, mayAdminister, jsonBody(), async (ctx) => {
    const { category_id } = validate(transactionChangeSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id, maxBigintId);
    if (id === null) throw notFound('transaction');
    const assignment = await setTransactionCategory(database, id, category_id);
    if (assignment.outcome === 'no_transaction') throw notFound('transaction');
    if (assignment.outcome === 'no_category') {
      throw new ApiError('invalid_request', 'The body is not valid.', {
        errors: [{ pointer: '/category_id', detail: 'is not the id of a category' }],
      });
    }
    await reports.dropAccounts([assignment.accountId]);
    ctx.body = await present(id);
  });

  async function present(id: number | null) {
    const row = id === null ? null : await findTransaction(database, id);
    if (row === null) throw notFound('transaction');
    return presentTransaction(row);
  }

  return router;
}
