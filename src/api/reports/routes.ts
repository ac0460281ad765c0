import { createHash } from 'node:crypto';
import Router from '@koa/router';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { ReportCache } from '../../cache/report-cache.ts';
import { type AccountSummaryQuery, accountSummary } from '../../db/account-summary.ts';
import { mayUseAccount } from '../../domain/account-prefixes.ts';
import { notFound } from '../../domain/errors.ts';
import { isPossibleId } from '../../domain/text.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiContext, ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { parseSummaryQuery } from './parse-summary-query.ts';
import { presentSummary } from './presenter.ts';

const summaryPath = '/api/reports/account/:accountId/summary';
/** An id in which nothing is escaped. */
const plainSummaryPath = /^\/api\/reports\/account\/([^/%]+)\/summary$/;

export function reportRoutes(
  { readDatabase }: ApiDependencies,
  reports: ReportCache,
  guard: Guard,
  slots: DatabaseSlots,
): { direct: Middleware<ApiState>; router: Router<ApiState> } {
  const answer = compose([guard('read'), summarize]);
  return {
    /**
     * Before the router, which puts a route's middleware together anew at each request: that takes longer than
     * to find a report in the cache. What is rarer is left to it: other methods, escaped ids.
     */
    direct: (ctx, next) => {
      const { method, path } = ctx.request;
      const accountId = method === 'GET' ? plainSummaryPath.exec(path)?.[1] : undefined;
      if (accountId === undefined) return next();
      ctx.params = { accountId };
      ctx._matchedRoute = summaryPath;
      return answer(ctx, next);
    },
    router: new Router<ApiState>().get(summaryPath, answer),
  };

  async function summarize(ctx: ApiContext): Promise<void> {
    const accountId = ctx.params.accountId as string;
    if (!isPossibleId(accountId)) throw notFound('account');
    const { start_date, end_date, currency } = parseSummaryQuery(ctx);
    // Before the report is looked for: a key that is bound to others learns nothing of this account, not even by the time.
    if (!mayUseAccount(ctx.state.principal.accountPrefixes, accountId)) throw notFound('account');
    const query: AccountSummaryQuery = {
      accountId,
      startDate: start_date,
      endDate: end_date,
      currency: currency ?? null,
    };
    const compute = () => accountSummary(readDatabase, query);
    const report = await reports.lookUp(query, async () => {
      const summary = await slots.reads.hold(ctx.state, compute);
      if (summary === null) return null;
      const generatedAt = new Date();
      const body = JSON.stringify(presentSummary(query, summary, generatedAt));
      return {
        body,
        etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
        generatedAtMs: generatedAt.getTime(),
      };
    });
    if (report === null) throw notFound('account');
    const { response } = ctx;
    response.status = 200;
    ctx.res
      .setHeader('X-Cache', report.isHit ? 'hit' : 'miss')
      .setHeader('Age', Math.max(0, Math.floor((Date.now() - report.generatedAtMs) / 1000)))
      .setHeader('Cache-Control', 'private, no-cache')
      .setHeader('ETag', report.etag);
    if (matchesEtag(ctx.req.headers['if-none-match'], report.etag)) {
      response.status = 304;
      return;
    }
    // Koa's own setter would look the type up in a table each time.
    ctx.res.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.body = report.body;
  }
}

/**
 * Whether If-None-Match (RFC 9110, 13.1.2) names the ETag. Koa's `ctx.fresh` would say no to every
 * client that uses fetch(), which sends `Cache-Control: no-cache` along with it.
 */
function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || tag === etag || tag === `W/${etag}`);
}
