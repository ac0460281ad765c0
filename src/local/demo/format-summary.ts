import { type Column, formatTable } from './text-table.ts';

/** The fields of an account summary that are shown. Amounts are exact decimal strings. */
export interface AccountSummary {
  account_id: string;
  date_range: { start: string; end: string };
  by_currency: {
    currency: string;
    total_transactions: number;
    total_spend: string;
    total_income: string;
    net_amount: string;
  }[];
  top_spending_categories: {
    category: string;
    currency: string;
    transaction_count: number;
    total_spend: string;
    share_of_spend: number;
  }[];
}

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });

/** Formats an account's summary for a terminal, with amounts as the API returns them. */
export function formatSummary(summary: AccountSummary): string {
  const totals = formatTable(
    [left('Currency'), right('Transactions'), right('Spend'), right('Income'), right('Net')],
    summary.by_currency.map((totals) => [
      totals.currency,
      totals.total_transactions,
      totals.total_spend,
      totals.total_income,
      totals.net_amount,
    ]),
  );
  const top = formatTable(
    [left('Top spending'), left('Currency'), right('Transactions'), right('Spend'), right('Share')],
    summary.top_spending_categories.map((entry) => [
      entry.category,
      entry.currency,
      entry.transaction_count,
      entry.total_spend,
      `${(entry.share_of_spend * 100).toFixed(1)} %`,
    ]),
  );
  const { start, end } = summary.date_range;
  const title = `Account ${summary.account_id}, ${start} to ${end}`;
  return [title, '', ...totals, '', ...top].map((line) => `  ${line}`.trimEnd()).join('\n');
}
