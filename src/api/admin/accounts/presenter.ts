import type {
  AccountOverview,
  OverviewGroup,
  OverviewPeriod,
} from '../../../db/reports/account-overview.ts';
import { uncategorizedName } from '../../../db/reports/account-summary.ts';
import { addAmounts } from '../../../domain/add-amounts.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { OverviewBody } from './schema.ts';

/** An account in a period and in the previous one. Sums are exact, each of one currency. */
export function presentOverview(
  accountId: string,
  periods: { current: OverviewPeriod; previous: OverviewPeriod },
  overview: AccountOverview,
  generatedAt: Date,
): OverviewBody {
  const { current, previous } = overview;
  return {
    account_id: accountId,
    first_date: overview.firstDate,
    last_date: overview.lastDate,
    current: presentPeriod(periods.current, current),
    previous: presentPeriod(periods.previous, previous),
    by_month: sorted(Map.groupBy(current, ({ month, currency }) => `${month} ${currency}`)).map(
      ([, groups]) => ({
        month: groups[0].month,
        currency: groups[0].currency,
        ...totals(groups),
      }),
    ),
    by_category: presentCategories(current, previous),
    processing_status: {
      pending: countOf(current, 'pending'),
      processing: countOf(current, 'processing'),
      completed: countOf(current, 'completed'),
      failed: countOf(current, 'failed'),
    },
    generated_at: generatedAt.toISOString(),
  };
}

function presentPeriod(
  { startDate, endDate }: OverviewPeriod,
  groups: readonly OverviewGroup[],
): OverviewBody['current'] {
  return {
    date_range: { start: startDate, end: endDate },
    by_currency: sorted(Map.groupBy(groups, ({ currency }) => currency)).map(
      ([currency, same]) => ({
        currency,
        ...totals(same),
        net_amount: formatMoney(addAmounts(same.flatMap(({ spend, income }) => [spend, income]))),
      }),
    ),
  };
}

/** The categories of either period, so that the sums of both are complete; by currency, then the most spend first. */
function presentCategories(
  current: readonly OverviewGroup[],
  previous: readonly OverviewGroup[],
): OverviewBody['by_category'] {
  const now = Map.groupBy(current, categoryKey);
  const before = Map.groupBy(previous, categoryKey);
  const entries = [...Map.groupBy([...current, ...previous], categoryKey)].map(([key, groups]) => {
    const { categoryId, category, color, currency } = groups[0] as OverviewGroup;
    return {
      category_id: categoryId,
      category: category ?? uncategorizedName,
      color,
      currency,
      ...totals(now.get(key) ?? []),
      previous_spend: sumOf(before.get(key) ?? [], 'spend'),
    };
  });
  return entries.sort(
    (a, b) =>
      compare(a.currency, b.currency) ||
      // Numbers are exact enough for sorting.
      Number(a.total_spend) - Number(b.total_spend) ||
      compare(a.category, b.category),
  );
}

const categoryKey = ({ currency, categoryId }: OverviewGroup): string =>
  `${currency} ${categoryId}`;

function totals(groups: readonly OverviewGroup[]) {
  return {
    transaction_count: countRows(groups),
    total_spend: sumOf(groups, 'spend'),
    total_income: sumOf(groups, 'income'),
  };
}

const countOf = (groups: readonly OverviewGroup[], status: OverviewGroup['status']): number =>
  countRows(groups.filter((group) => group.status === status));

const countRows = (groups: readonly OverviewGroup[]): number =>
  groups.reduce((sum, { transactionCount }) => sum + transactionCount, 0);

const sumOf = (groups: readonly OverviewGroup[], field: 'spend' | 'income'): string =>
  formatMoney(addAmounts(groups.map((group) => group[field])));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Groups in the order of their keys; none of them is empty. */
const sorted = <Entry>(groups: Map<string, Entry[]>): [string, [Entry, ...Entry[]]][] =>
  [...groups].sort(([a], [b]) => compare(a, b)) as [string, [Entry, ...Entry[]]][];
