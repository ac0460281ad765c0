import { z } from 'zod';
import { addDays, daysInclusive, isCalendarDate, todayUtc } from '../../domain/calendar-date.ts';
import { isCurrency } from '../../domain/currency.ts';
import { defaultReportDays, maxReportDays } from '../../domain/limits.ts';
import { statusCountsSchema } from '../batches/schema.ts';

const day = (description: string) =>
  z
    .string()
    .refine(isCalendarDate, { error: 'must be a calendar date YYYY-MM-DD' })
    .optional()
    .meta({ description, format: 'date', example: '2026-01-31' });

export const summaryParametersSchema = z.object({
  start_date: day('First day, inclusive. Without it: 29 days before the last day.'),
  end_date: day('Last day, inclusive. Without it: today (UTC).'),
  currency: z
    .string()
    .refine(isCurrency, { error: 'must be an ISO 4217 code such as "USD"' })
    .optional(),
});

export const summaryQuerySchema = summaryParametersSchema
  .transform(({ start_date, end_date = todayUtc(), currency }) => ({
    start_date: start_date ?? addDays(end_date, 1 - defaultReportDays),
    end_date,
    currency,
  }))
  .refine((query) => query.start_date <= query.end_date, {
    error: 'must not be after end_date',
    path: ['start_date'],
  })
  .refine((query) => daysInclusive(query.start_date, query.end_date) <= maxReportDays, {
    error: `must be within ${maxReportDays} days of start_date, both inclusive`,
    path: ['end_date'],
  });

const money = z
  .string()
  .meta({ description: 'Exact decimal with two to four places.', example: '-100.10' });

const currencyTotals = z.object({
  currency: z.string(),
  total_transactions: z.int(),
  total_spend: money.meta({ description: 'Sum of the negative amounts.' }),
  total_income: money.meta({ description: 'Sum of the positive amounts.' }),
  net_amount: money,
});

export const summarySchema = z
  .object({
    account_id: z.string(),
    date_range: z.object({ start: z.iso.date(), end: z.iso.date() }),
    metrics: z
      .object({
        currency: z.string().nullable(),
        total_transactions: z.int(),
        total_spend: money.nullable(),
        total_income: money.nullable(),
        net_amount: money.nullable(),
      })
      .meta({
        description:
          'If the range contains several currencies, currency and amounts are null, since amounts in different currencies are never added.',
      }),
    by_currency: z.array(currencyTotals),
    top_spending_categories: z.array(
      z.object({
        category_id: z.int().nullable(),
        category: z.string(),
        currency: z.string(),
        transaction_count: z.int(),
        total_spend: money,
        share_of_spend: z.number().meta({
          description: "Share of the currency's spend, 0 to 1, with four decimal places.",
        }),
      }),
    ),
    processing_status: statusCountsSchema,
    generated_at: z.iso.datetime(),
  })
  .meta({ id: 'AccountSummary' });

export type SummaryBody = z.infer<typeof summarySchema>;
