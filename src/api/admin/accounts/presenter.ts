import type { OverviewGroup } from '../../../db/account-overview.ts';
import { uncategorizedName } from '../../../db/account-summary.ts';
import { addAmounts } from '../../../domain/add-amounts.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { OverviewBody } from './schema.ts';

export interface Period {
  startDate: string;
  endDate: string;
  groups: OverviewGroup[];
}

/** An account over a period beside the one before it; sums are exact, and of one currency each. */
export function presentOverview(
  accountId: string,
  current: Period,
  previous: Period,
): OverviewBody {
  const before = Map.groupBy(previous.groups, categoryKey);
  return {
    account_id: accountId,
    current: presentPeriod(current),
    previous: presentPeriod(previous),
    by_month: sorted(
      Map.groupBy(current.groups, ({ month, currency }) => `${month} ${currency}`),
    ).map(([, groups]) => ({
      month: groups[0].month,
      currency: groups[0].currency,
      ...totals(groups),
    })),
    by_category: [...Map.groupBy(current.groups, categoryKey)].map(([key, groups]) => {
      const [{ categoryId, category, color, currency }] = groups as [OverviewGroup];
      return {
        category_id: categoryId,
        category: category ?? uncategorizedName,
        color,
        currency,
        ...totals(groups),
        previous_spend: sumOf(before.get(key) ?? [], 'spend'),
      };
    }),
  };
}

const categoryKey = ({ currency, categoryId }: OverviewGroup): string =>
  `${currency} ${categoryId}`;

function presentPeriod({ startDate, endDate, groups }: Period): OverviewBody['current'] {
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

function totals(groups: readonly OverviewGroup[]) {
  return {
    transaction_count: groups.reduce((sum, { transactionCount }) => sum + transactionCount, 0),
    total_spend: sumOf(groups, 'spend'),
    total_income: sumOf(groups, 'income'),
  };
}

const sumOf = (groups: readonly OverviewGroup[], field: 'spend' | 'income'): string =>
  formatMoney(addAmounts(groups.map((group) => group[field])));

/** Groups in the order of their keys; none of them is empty. */
const sorted = <Entry>(groups: Map<string, Entry[]>): [string, [Entry, ...Entry[]]][] =>
  [...groups].sort(([a], [b]) => (a < b ? -1 : 1)) as [string, [Entry, ...Entry[]]][];
