import { createHash } from 'node:crypto';
import Router from '@koa/router';
import type { ReportCache } from '../../cache/report-cache.ts';
import { type AccountSummaryQuery, accountSummary } from '../../db/reports/account-summary.ts';
import { mayUseAccount } from '../../domain/account-prefixes.ts';
import { notFound } from '../../domain/errors.ts';
import { isPossibleId } from '../../domain/text.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { validate } from '../validate.ts';
import { presentSummary } from './presenter.ts';
import { summaryQuerySchema } from './schema.ts';

export function reportRoutes(
  { readDatabase }: ApiDependencies,
  reports: ReportCache,
  guard: Guard,
  slots: DatabaseSlots,
): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/api/reports/account/:accountId/summary', guard('read'), async (ctx) => {
    const accountId = ctx.params.accountId as string;
    if (!isPossibleId(accountId)) throw notFound('account');
    const { start_date, end_date, currency } = validate(summaryQuerySchema, ctx.query, 'query');
    // Checked before the look-up, so that a key bound to other accounts learns nothing of this one, not even by timing.
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
    const ageSeconds = Math.max(0, Math.floor((Date.now() - report.generatedAtMs) / 1000));
    ctx.set({
      'X-Cache': report.isHit ? 'hit' : 'miss',
      Age: String(ageSeconds),
      'Cache-Control': 'private, no-cache',
      ETag: report.etag,
    });
    if (matchesEtag(ctx.get('If-None-Match'), report.etag)) {
      ctx.status = 304;
      return;
    }
    ctx.type = 'json';
    ctx.body = report.body;
  });

  return router;
}

/**
 * Whether If-None-Match (RFC 9110, 13.1.2) names the ETag. Koa's `ctx.fresh` would say no to every
 * client that uses fetch(), which sends `Cache-Control: no-cache` along with it.
 */
function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || tag === etag || tag === `W/${etag}`);
}
