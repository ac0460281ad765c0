import Router from '@koa/router';
import { accountOverview } from '../../../db/account-overview.ts';
import { accountSummary } from '../../../db/account-summary.ts';
import { listAccounts } from '../../../db/list-accounts.ts';
import { addDays, daysInclusive } from '../../../domain/calendar-date.ts';
import { notFound } from '../../../domain/errors.ts';
import { isPossibleId } from '../../../domain/text.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { presentSummary } from '../../reports/presenter.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { presentOverview } from './presenter.ts';
import { accountListQuerySchema, overviewQuerySchema } from './schema.ts';

const base = '/api/admin/accounts';

/** Accounts as the console shows them; the figures are those of the summary report. */
export function accountRoutes({ database, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const { q, limit } = validate(accountListQuerySchema, ctx.query, 'query');
    const ids = q !== '' && !isPossibleId(q) ? [] : await listAccounts(database, q, limit);
    ctx.body = ids.map((id) => ({ id }));
  });

  router.get(`${base}/:id/summary`, allow('viewer'), async (ctx) => {
    const { accountId, startDate, endDate, currency } = readQuery(ctx);
    const query = { accountId, startDate, endDate, currency };
    const summary = await accountSummary(database, query);
    if (summary === null) throw notFound('account');
    ctx.body = presentSummary(query, summary, new Date());
  });

  router.get(`${base}/:id/overview`, allow('viewer'), async (ctx) => {
    const { accountId, startDate, endDate } = readQuery(ctx);
    const days = daysInclusive(startDate, endDate);
    const previousEnd = addDays(startDate, -1);
    const previousStart = addDays(startDate, -days);
    const [current, previous] = await Promise.all([
      accountOverview(database, accountId, startDate, endDate),
      accountOverview(database, accountId, previousStart, previousEnd),
    ]);
    ctx.body = presentOverview(
      accountId,
      { startDate, endDate, groups: current },
      { startDate: previousStart, endDate: previousEnd, groups: previous },
    );
  });

  return router;
}

function readQuery(ctx: ApiContext) {
  const accountId = ctx.params.id as string;
  if (!isPossibleId(accountId)) throw notFound('account');
  const { start_date, end_date, currency } = validate(overviewQuerySchema, ctx.query, 'query');
  return { accountId, startDate: start_date, endDate: end_date, currency: currency ?? null };
}
