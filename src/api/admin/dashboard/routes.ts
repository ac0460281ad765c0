import Router from '@koa/router';
import { uncategorizedName } from '../../../db/reports/account-summary.ts';
import { capturedBetween, spendBetween, unfinishedBatches } from '../../../db/reports/dashboard.ts';
import { addDays, todayUtc } from '../../../domain/calendar-date.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { type DashboardBody, dashboardQuerySchema } from './schema.ts';

const dayMs = 86_400_000;

/** What arrived, what is stuck, and what was spent by category. */
export function dashboardRoutes({ readDatabase, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/api/admin/dashboard', allow('viewer'), async (ctx) => {
    const { days } = validate(dashboardQuerySchema, ctx.query, 'query');
    const now = new Date();
    const end = todayUtc(now);
    const start = addDays(end, 1 - days);
    const since = new Date(now.getTime() - days * dayMs);
    // One after the other: a page that takes three connections at once would leave few to others.
    const captured = await capturedBetween(readDatabase, since, now);
    const unfinished = await unfinishedBatches(readDatabase);
    const spend = await spendBetween(readDatabase, start, end);
    const body: DashboardBody = {
      date_range: { start, end },
      captured: {
        since: since.toISOString(),
        until: now.toISOString(),
        batch_count: captured.batchCount,
        transaction_count: captured.transactionCount,
        duplicate_count: captured.duplicateCount,
        completed_count: captured.completedCount,
        categorized_count: captured.categorizedCount,
      },
      unfinished: unfinished.map(({ status, batchCount, openCount }) => ({
        status,
        batch_count: batchCount,
        open_count: openCount,
      })),
      spend_by_category: spend.byCategory.map((group) => ({
        category_id: group.categoryId,
        category: group.category ?? uncategorizedName,
        color: group.color,
        currency: group.currency,
        transaction_count: group.transactionCount,
        total_spend: formatMoney(group.spend),
      })),
      by_day: spend.byDay.map((day) => ({
        date: day.date,
        currency: day.currency,
        transaction_count: day.transactionCount,
        total_spend: formatMoney(day.spend),
        total_income: formatMoney(day.income),
      })),
      generated_at: now.toISOString(),
    };
    ctx.body = body;
  });

  return router;
}
