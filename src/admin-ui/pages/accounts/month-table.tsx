import { Table } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { addDays } from '../../../domain/calendar-date.ts';
import { spendAndIncomeColumns } from '../../components/lists/spend-and-income-columns.tsx';
import type { Period } from './use-period.ts';

export type Month = OverviewAnswer['by_month'][number];

/** The figures of the chart, each with a link to its transactions. */
export function MonthTable({ overview, months }: { overview: OverviewAnswer; months: Month[] }) {
  const { account_id: accountId, current } = overview;
  return (
    <Table<Month>
      aria-label="Spend and income by month"
      size="small"
      rowKey="month"
      columns={[
        { title: 'Month', dataIndex: 'month', className: 'numeric' },
        ...spendAndIncomeColumns<Month>(({ month, currency }) => ({
          accountId,
          currency,
          period: daysOf(month, current.date_range),
        })),
      ]}
      dataSource={months}
      pagination={false}
    />
  );
}

/** The days of a month that lie in the period. */
function daysOf(month: string, { start, end }: Period): Period {
  const first = `${month}-01`;
  // The 32nd day counted from the first is always in the next month.
  const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
  return { start: first > start ? first : start, end: last < end ? last : end };
}
