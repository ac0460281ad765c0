import { SpendAndIncomeChart } from '../../components/spend-and-income-chart.tsx';
import type { Month } from './month-table.tsx';

export function MonthChart({ months, currency }: { months: Month[]; currency: string }) {
  return (
    <SpendAndIncomeChart
      label={`Spend and income by month, ${currency}. The table below shows the figures.`}
      currency={currency}
      height={220}
      entries={months.map((month) => ({ name: month.month, ...month }))}
    />
  );
}
