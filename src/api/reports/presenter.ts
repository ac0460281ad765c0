import {
  type AccountSummary,
  type AccountSummaryQuery,
  uncategorizedName,
} from '../../db/reports/account-summary.ts';
import { formatMoney } from '../../domain/money.ts';
import type { StatusCounts } from '../../domain/status.ts';
import type { SummaryBody } from './schema.ts';

/** The report of one account. Amounts of different currencies are never added: with several, `metrics` has none. */
export function presentSummary(
  query: AccountSummaryQuery,
  summary: AccountSummary,
  generatedAt: Date,
): SummaryBody {
  const byCurrency = summary.byCurrency.map((totals) => ({
    currency: totals.currency,
    total_transactions: totals.transactionCount,
    total_spend: formatMoney(totals.spend),
    total_income: formatMoney(totals.income),
    net_amount: formatMoney(totals.net),
  }));
  return {
    account_id: query.accountId,
    date_range: { start: query.startDate, end: query.endDate },
    metrics:
      byCurrency.length === 1 && byCurrency[0] !== undefined
        ? byCurrency[0]
        : metricsWithoutOneCurrency(query, byCurrency),
    by_currency: byCurrency,
    top_spending_categories: summary.topCategories.map((top) => ({
      category_id: top.categoryId,
      category: top.category ?? uncategorizedName,
      currency: top.currency,
      transaction_count: top.transactionCount,
      total_spend: formatMoney(top.spend),
      share_of_spend: top.shareOfSpend,
    })),
    processing_status: inOrder(summary.statusCounts),
    generated_at: generatedAt.toISOString(),
  };
}

function metricsWithoutOneCurrency(
  query: AccountSummaryQuery,
  byCurrency: SummaryBody['by_currency'],
): SummaryBody['metrics'] {
  const count = byCurrency.reduce((sum, totals) => sum + totals.total_transactions, 0);
  // Without rows the sums are zero, in whatever currency.
  const amount = count === 0 ? '0.00' : null;
  return {
    currency: count === 0 ? query.currency : null,
    total_transactions: count,
    total_spend: amount,
    total_income: amount,
    net_amount: amount,
  };
}

/** jsonb does not keep the order of keys, and people read the statuses in the order of processing. */
const inOrder = ({ pending, processing, completed, failed }: StatusCounts): StatusCounts => ({
  pending,
  processing,
  completed,
  failed,
});
