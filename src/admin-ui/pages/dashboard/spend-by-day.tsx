import { Flex, Table } from 'antd';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { ChooseCurrency } from '../../components/choose-currency.tsx';
import { spendAndIncomeColumns } from '../../components/lists/spend-and-income-columns.tsx';
import { SpendAndIncomeChart } from '../../components/spend-and-income-chart.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCurrency } from './use-currency.ts';

type Day = DashboardBody['by_day'][number];

const columns = [
  { title: 'Day', dataIndex: 'date', className: 'numeric' },
  ...spendAndIncomeColumns<Day>(({ date, currency }) => ({
    currency,
    period: { start: date, end: date },
  })),
];

/** A chart, and its figures with links to the transactions behind each. */
export function SpendByDay({ days }: { days: Day[] }) {
  const { currency, ...choice } = useCurrency(days);
  if (currency === undefined) return <EmptyState title="No transactions in this period" />;
  const shown = days.filter((day) => day.currency === currency);
  return (
    <Flex vertical gap={12}>
      <ChooseCurrency label="Currency" currency={currency} {...choice} />
      <SpendAndIncomeChart
        label={`Spend and income by day, ${currency}. The table below shows the figures.`}
        currency={currency}
        height={260}
        entries={shown.map((day) => ({ name: day.date, ...day }))}
      />
      <details>
        <summary style={{ cursor: 'pointer', color: 'var(--ant-color-link)' }}>
          Daily figures
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
