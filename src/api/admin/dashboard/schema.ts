import { z } from 'zod';
import { statuses } from '../../../domain/status.ts';

const days = { error: 'must be 1, 7 or 30' };

export const dashboardQuerySchema = z.strictObject({
  days: z.enum(['1', '7', '30'], days).default('7').transform(Number),
});

const money = z.string().meta({ description: 'Exact decimal.', example: '-100.10' });

export const dashboardSchema = z
  .object({
    date_range: z.object({ start: z.iso.date(), end: z.iso.date() }),
    captured: z
      .object({
        since: z.iso.datetime(),
        until: z.iso.datetime(),
        batch_count: z.int(),
        transaction_count: z.int(),
        duplicate_count: z.int(),
        completed_count: z.int(),
        categorized_count: z.int(),
      })
      .meta({
        description:
          'Counts of the batches that arrived in this period, as in their list by created_at.',
      }),
    unfinished: z.array(
      z.object({ status: z.enum(statuses), batch_count: z.int(), open_count: z.int() }),
    ),
    spend_by_category: z.array(
      z.object({
        category_id: z.int().nullable(),
        category: z.string(),
        color: z.string().nullable(),
        currency: z.string(),
        transaction_count: z.int(),
        total_spend: money,
      }),
    ),
    by_day: z.array(
      z.object({
        date: z.iso.date(),
        currency: z.string(),
        transaction_count: z.int(),
        total_spend: money,
        total_income: money,
      }),
    ),
    generated_at: z.iso.datetime(),
  })
  .meta({ id: 'Dashboard' });

export type DashboardBody = z.infer<typeof dashboardSchema>;
