import { Flex, Table, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { isIncome, isSpend, rowsPath } from '../../components/rows-path.ts';
import { SpendAndIncomeChart } from '../../components/spend-and-income-chart.tsx';
import { EmptyState } from '../../components/states.tsx';
import { ChooseCurrency, useCurrency } from './choose-currency.tsx';

type Day = DashboardBody['by_day'][number];

const dayName = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** A chart, and its numbers with the rows behind each. */
export function SpendByDay({ days }: { days: Day[] }) {
  const choice = useCurrency(days);
  const { currency } = choice;
  if (currency === undefined) return <EmptyState title="No transactions in these days" />;
  const shown = days.filter((day) => day.currency === currency);
  return (
    <Flex vertical gap={12}>
      <ChooseCurrency label="Currency" {...choice} />
      <SpendAndIncomeChart
        label={`Spend and income by day, ${currency}; the table below has the numbers`}
        currency={currency}
        height={260}
        entries={shown.map((day) => ({ name: day.date, ...day }))}
        nameOf={(date) => dayName.format(new Date(date))}
      />
      <details>
        <summary style={{ cursor: 'pointer', color: 'var(--ant-color-link)' }}>
          Numbers of the days
        </summary>
        <Table<Day>
          aria-label={`Spend and income by day, ${currency}`}
          size="small"
          rowKey="date"
          columns={columns}
          dataSource={shown.toReversed()}
          pagination={false}
          style={{ marginTop: 8 }}
        />
      </details>
    </Flex>
  );
}

const rows = ({ date, currency }: Day) => ({ currency, period: { start: date, end: date } });

const columns: TableColumnsType<Day> = [
  { title: 'Day', dataIndex: 'date', className: 'numeric' },
  {
    title: 'Spend',
    dataIndex: 'total_spend',
    align: 'right',
    className: 'numeric',
    render: (text: string, day) => <Link to={rowsPath(rows(day), [isSpend])}>{text}</Link>,
  },
  {
    title: 'Income',
    dataIndex: 'total_income',
    align: 'right',
    className: 'numeric',
    render: (text: string, day) => <Link to={rowsPath(rows(day), [isIncome])}>{text}</Link>,
  },
  {
    title: 'Transactions',
    dataIndex: 'transaction_count',
    align: 'right',
    className: 'numeric',
    responsive: ['sm'],
    render: (count: number, day) => <Link to={rowsPath(rows(day))}>{count.toLocaleString()}</Link>,
  },
];
