import { csv, decimal } from '../csv.ts';
import type { OverviewBody } from './schema.ts';

/** The overview's tables as CSV; money is the exact text of the API. */
export function overviewCsv(overview: OverviewBody, by: 'category' | 'month'): string {
  return by === 'category' ? categoriesCsv(overview) : monthsCsv(overview);
}

function categoriesCsv({ account_id, current, by_category }: OverviewBody): string {
  const header = [
    'account_id',
    'start_date',
    'end_date',
    'currency',
    'category',
    'transaction_count',
    'total_spend',
    'total_income',
    'previous_spend',
  ];
  const { start, end } = current.date_range;
  const lines = by_category.map((entry) => [
    account_id,
    start,
    end,
    entry.currency,
    entry.category,
    entry.transaction_count,
    decimal(entry.total_spend),
    decimal(entry.total_income),
    decimal(entry.previous_spend),
  ]);
  return csv([header, ...lines]);
}

function monthsCsv({ account_id, by_month }: OverviewBody): string {
  const header = [
    'account_id',
    'month',
    'currency',
    'transaction_count',
    'total_spend',
    'total_income',
  ];
  const lines = by_month.map((entry) => [
    account_id,
    entry.month,
    entry.currency,
    entry.transaction_count,
    decimal(entry.total_spend),
    decimal(entry.total_income),
  ]);
  return csv([header, ...lines]);
}
