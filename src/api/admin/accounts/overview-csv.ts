import { formulaSafe } from '../../../domain/formula-safe.ts';
import { csv } from '../csv.ts';
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
    formulaSafe(account_id),
    start,
    end,
    entry.currency,
    formulaSafe(entry.category),
    entry.transaction_count,
    entry.total_spend,
    entry.total_income,
    entry.previous_spend,
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
    formulaSafe(account_id),
    entry.month,
    entry.currency,
    entry.transaction_count,
    entry.total_spend,
    entry.total_income,
  ]);
  return csv([header, ...lines]);
}
