import { z } from 'zod';
import { maxIdCharacters, maxPageSize } from '../../../domain/limits.ts';
import { statusCountsSchema } from '../../batches/schema.ts';
import { summaryQuerySchema } from '../../reports/schema.ts';

const limit = { error: `must be a whole number from 1 to ${maxPageSize}` };

export const accountListQuerySchema = z.strictObject({
  q: z
    .string()
    .max(maxIdCharacters)
    .default('')
    .meta({ description: 'The start of the account id.' }),
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(maxPageSize, limit).default(50),
});

export const accountSchema = z
  .object({
    id: z.string(),
    first_date: z.iso.date().meta({ description: 'The date of its first transaction.' }),
    last_date: z.iso.date(),
  })
  .meta({ id: 'Account' });

export const overviewQuerySchema = summaryQuerySchema;

/** The query without the period, which has a schema of its own. */
export const overviewOptionsSchema = z.object({
  refresh: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((word) => word === 'true')
    .meta({ description: 'Recalculates it, and deletes the cached reports of the account.' }),
});

export const overviewCsvOptionsSchema = z.object({
  by: z.enum(['category', 'month'], { error: 'must be category or month' }),
});

const money = z.string().meta({ description: 'Exact decimal.', example: '-100.10' });

const period = z.object({
  date_range: z.object({ start: z.iso.date(), end: z.iso.date() }),
  by_currency: z.array(
    z.object({
      currency: z.string(),
      transaction_count: z.int(),
      total_spend: money,
      total_income: money,
      net_amount: money,
    }),
  ),
});

export const overviewSchema = z
  .object({
    account_id: z.string(),
    first_date: z.iso.date().meta({ description: 'The date of its first transaction.' }),
    last_date: z.iso.date(),
    current: period,
    previous: period.meta({ description: 'The same number of days immediately before.' }),
    by_month: z.array(
      z.object({
        month: z.string().meta({ example: '2026-01' }),
        currency: z.string(),
        transaction_count: z.int(),
        total_spend: money,
        total_income: money,
      }),
    ),
    by_category: z.array(
      z.object({
        category_id: z.int().nullable(),
        category: z.string(),
        color: z.string().nullable(),
        currency: z.string(),
        transaction_count: z.int(),
        total_spend: money,
        total_income: money,
        previous_spend: money,
      }),
    ),
    processing_status: statusCountsSchema,
    generated_at: z.iso.datetime(),
  })
  .meta({ id: 'AccountOverview' });

/** The answer: the overview, and whether it came from the cache. */
export const overviewAnswerSchema = overviewSchema
  .extend({
    cached: z.boolean().meta({ description: 'Whether it was calculated for an earlier request.' }),
  })
  .meta({ id: 'AccountOverviewAnswer' });

export type AccountBody = z.infer<typeof accountSchema>;
export type OverviewBody = z.infer<typeof overviewSchema>;
export type OverviewAnswer = z.infer<typeof overviewAnswerSchema>;
