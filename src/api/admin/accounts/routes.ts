import Router from '@koa/router';
import type { CachedReport } from '../../../cache/report-cache.ts';
import { listAccounts } from '../../../db/accounts/list-accounts.ts';
import { accountOverview } from '../../../db/reports/account-overview.ts';
import { type AccountSummaryQuery, accountSummary } from '../../../db/reports/account-summary.ts';
import { addDays, daysInclusive } from '../../../domain/calendar-date.ts';
import { notFound } from '../../../domain/errors.ts';
import { isPossibleId } from '../../../domain/text.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { presentSummary } from '../../reports/presenter.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { wholeFile } from '../exports/export-files.ts';
import { overviewCsv } from './overview-csv.ts';
import { presentOverview } from './presenter.ts';
import {
  accountListQuerySchema,
  type OverviewAnswer,
  type OverviewBody,
  overviewCsvOptionsSchema,
  overviewOptionsSchema,
  overviewQuerySchema,
} from './schema.ts';

const base = '/api/admin/accounts';

/** Accounts as the console shows them; the figures are those of the summary report. */
export function accountRoutes({
  readDatabase,
  allow,
  exportFiles,
  reports,
  slots,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(base, allow('viewer'), async (ctx) => {
    const { q, limit } = validate(accountListQuerySchema, ctx.query, 'query');
    const accounts = q !== '' && !isPossibleId(q) ? [] : await listAccounts(readDatabase, q, limit);
    ctx.body = accounts.map(({ id, firstDate, lastDate }) => ({
      id,
      first_date: firstDate,
      last_date: lastDate,
    }));
  });

  router.get(`${base}/:id/summary`, allow('viewer'), async (ctx) => {
    const query = readQuery(ctx);
    const summary = await accountSummary(readDatabase, query);
    if (summary === null) throw notFound('account');
    ctx.body = presentSummary(query, summary, new Date());
  });

  // A cached overview needs no connection, so only its computation holds a slot.
  router.get(`${base}/:id/overview`, allow('viewer', { holds: 'nothing' }), async (ctx) => {
    const query = readQuery(ctx);
    const { refresh } = validate(overviewOptionsSchema, ctx.query, 'query');
    if (refresh) await reports.dropAccounts([query.accountId]);
    const { overview, isHit } = await lookUp(ctx, query);
    ctx.body = { ...overview, cached: isHit } satisfies OverviewAnswer;
  });

  router.get(
    `${base}/:id/overview.csv`,
    allow('viewer', { isExport: true, holds: 'nothing' }),
    async (ctx) => {
      const query = readQuery(ctx);
      const { by } = validate(overviewCsvOptionsSchema, ctx.query, 'query');
      const { overview } = await lookUp(ctx, query);
      const lines = by === 'category' ? overview.by_category : overview.by_month;
      await exportFiles.send(ctx, {
        of: 'accounts',
        format: 'csv',
        // Only what was validated: an unknown parameter must not pass for a field of the audit log.
        filter: {
          account_id: query.accountId,
          start_date: query.startDate,
          end_date: query.endDate,
          currency: query.currency ?? undefined,
          by,
        },
        name: `account-by-${by}-${query.startDate}-to-${query.endDate}`,
        parts: wholeFile(overviewCsv(overview, by), lines.length),
      });
    },
  );

  /** The overview is cached like a report, and dropped with the account's reports. */
  async function lookUp(
    ctx: ApiContext,
    query: AccountSummaryQuery,
  ): Promise<{ overview: OverviewBody; isHit: boolean }> {
    const report = await reports.lookUp({ ...query, view: 'overview' }, () =>
      slots.reads.hold(ctx.state, () => compute(query)),
    );
    if (report === null) throw notFound('account');
    return { overview: JSON.parse(report.body) as OverviewBody, isHit: report.isHit };
  }

  async function compute(query: AccountSummaryQuery): Promise<CachedReport | null> {
    const { accountId, startDate, endDate, currency } = query;
    const current = { startDate, endDate };
    const previous = {
      startDate: addDays(startDate, -daysInclusive(startDate, endDate)),
      endDate: addDays(startDate, -1),
    };
    const overview = await accountOverview(readDatabase, accountId, currency, current, previous);
    if (overview === null) return null;
    const generatedAt = new Date();
    const body = presentOverview(accountId, { current, previous }, overview, generatedAt);
    return { body: JSON.stringify(body), etag: '', generatedAtMs: generatedAt.getTime() };
  }

  return router;
}

function readQuery(ctx: ApiContext): AccountSummaryQuery {
  const accountId = ctx.params.id as string;
  if (!isPossibleId(accountId)) throw notFound('account');
  const { start_date, end_date, currency } = validate(overviewQuerySchema, ctx.query, 'query');
  return { accountId, startDate: start_date, endDate: end_date, currency: currency ?? null };
}
