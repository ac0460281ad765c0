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
import { formatAmount } from '../format/format-amount.ts';
import { axisText, gridColor, secondColor, tooltipStyle } from './chart-style.ts';

const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

interface Entry {
  /** The day or the month that the bars are for. */
  name: string;
  total_spend: string;
  total_income: string;
}

interface SpendAndIncomeChartProps {
  /** The chart's name for screen readers, which says where the figures stand as text. */
  label: string;
  entries: readonly Entry[];
  /** All entries have the same currency, since sums of different ones mean nothing. */
  currency: string;
  height: number;
}

/** Two bars for each day or month. */
export function SpendAndIncomeChart({
  label,
  entries,
  currency,

  height,
}: SpendAndIncomeChartProps) {
  return (
    <div role="img" aria-label={label} style={{ height }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 300, height }}>
        <BarChart
          data={entries.map(toBar)}
          margin={{ left: 0, right: 4 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke={gridColor} />
          <XAxis dataKey="name" tick={axisText} tickLine={false} axisLine={false} />
          <YAxis
            width={48}
            tick={axisText}
            tickLine={false}
            axisLine={false}
            tickFormatter={(value: number) => compact.format(value)}
          />
          <Tooltip
            cursor={{ fill: 'var(--ant-color-fill-tertiary)' }}
            contentStyle={tooltipStyle}
            formatter={(_, name, { payload }) => [
              `${formatAmount(name === 'Spend' ? payload.exactSpend : payload.exactIncome, currency)} ${currency}`,
              name,
            ]}
          />
          <Legend
            itemSorter={null}
            formatter={(name) => <span style={{ color: axisText.fill }}>{name}</span>}
          />
          <Bar
            name="Spend"
            dataKey="spend"
            fill="var(--ant-color-primary)"
            maxBarSize={32}
            radius={3}
            isAnimationActive={false}
          />
          <Bar
            name="Income"
            dataKey="income"
            fill={secondColor}
            maxBarSize={32}
            radius={3}
            isAnimationActive={false}
          />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Numbers are exact enough for the lengths of bars; the tooltip shows the exact strings. */
const toBar = ({ name, total_spend, total_income }: Entry) => ({
  name,
  spend: Math.abs(Number(total_spend)),
  income: Math.abs(Number(total_income)),
  exactSpend: total_spend,
  exactIncome: total_income,
});
