import { Table, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { addDays } from '../../../domain/calendar-date.ts';
import { isIncome, isSpend, rowsPath } from '../../components/rows-path.ts';
import type { Period } from './use-period.ts';

export type Month = OverviewAnswer['by_month'][number];

/** The chart's numbers, each with its rows. */
export function MonthTable({ overview, months }: { overview: OverviewAnswer; months: Month[] }) {
  const { account_id: accountId, current } = overview;
  const rows = ({ month, currency }: Month) => ({
    accountId,
    currency,
    period: daysOf(month, current.date_range),
  });
  const amount = (text: string, to: string) => <Link to={to}>{text}</Link>;
  const columns: TableColumnsType<Month> = [
    { title: 'Month', dataIndex: 'month', className: 'numeric' },
    {
      title: 'Spend',
      dataIndex: 'total_spend',
      align: 'right',
      className: 'numeric',
      render: (text: string, month) => amount(text, rowsPath(rows(month), [isSpend])),
    },
    {
      title: 'Income',
      dataIndex: 'total_income',
      align: 'right',
      className: 'numeric',
      render: (text: string, month) => amount(text, rowsPath(rows(month), [isIncome])),
    },
    {
      title: 'Transactions',
      dataIndex: 'transaction_count',
      align: 'right',
      className: 'numeric',
      responsive: ['sm'],
      render: (count: number, month) => amount(count.toLocaleString(), rowsPath(rows(month))),
    },
  ];
  return (
    <Table<Month>
      aria-label="Spend and income by month"
      size="small"
      rowKey="month"
      columns={columns}
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
