import { Flex, Segmented } from 'antd';
import { useState } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { EmptyState } from '../../components/states.tsx';
import { currenciesOf } from './currencies-of.ts';

const height = 260;
const textStyle = { fill: 'var(--ant-color-text-secondary)', fontSize: 12 };
const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

/** One currency at a time: sums of different ones mean nothing. */
export function SpendByDay({ days }: { days: DashboardBody['by_day'] }) {
  const currencies = currenciesOf(days);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = currencies.find((known) => known === chosen) ?? currencies[0];
  if (currency === undefined) return <EmptyState title="No transactions in these days" />;
  const bars = days.filter((day) => day.currency === currency).map(toBar);
  return (
    <Flex vertical gap={12}>
      {currencies.length > 1 && (
        <Segmented
          aria-label="Currency"
          options={currencies}
          value={currency}
          onChange={setChosen}
          style={{ alignSelf: 'start', maxWidth: '100%', overflow: 'auto' }}
        />
      )}
      <div style={{ height }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 300, height }}>
          <BarChart data={bars} margin={{ left: 0, right: 4 }} accessibilityLayer>
            <CartesianGrid vertical={false} stroke="var(--ant-color-border-secondary)" />
            <XAxis
              dataKey="date"
              tick={textStyle}
              tickLine={false}
              axisLine={false}
              tickFormatter={dayOf}
            />
            <YAxis
              width={48}
              tick={textStyle}
              tickLine={false}
              axisLine={false}
              tickFormatter={(value: number) => compact.format(value)}
            />
            <Tooltip
              cursor={{ fill: 'var(--ant-color-fill-tertiary)' }}
              contentStyle={{
                background: 'var(--ant-color-bg-elevated)',
                border: '1px solid var(--ant-color-border-secondary)',
                borderRadius: 8,
              }}
              formatter={(_, name, { payload }) => [
                `${name === 'Spend' ? payload.exactSpend : payload.exactIncome} ${currency}`,
                name,
              ]}
            />
            <Legend
              itemSorter={null}
              formatter={(name) => <span style={{ color: textStyle.fill }}>{name}</span>}
            />
            <Bar
              name="Spend"
              dataKey="spend"
              fill="var(--ant-color-primary)"
              radius={3}
              isAnimationActive={false}
            />
            <Bar
              name="Income"
              dataKey="income"
              fill="#d29a3c"
              radius={3}
              isAnimationActive={false}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
    </Flex>
  );
}

/** Lengths of bars need no cents; what is read are the exact strings. */
const toBar = (day: DashboardBody['by_day'][number]) => ({
  date: day.date,
  spend: Math.abs(Number(day.total_spend)),
  income: Math.abs(Number(day.total_income)),
  exactSpend: day.total_spend,
  exactIncome: day.total_income,
});

const dayOf = (date: string): string =>
  new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(date),
  );
