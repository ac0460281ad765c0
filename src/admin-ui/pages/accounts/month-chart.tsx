import { SpendAndIncomeChart } from '../../components/spend-and-income-chart.tsx';
import type { Month } from './month-table.tsx';

const monthName = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  year: '2-digit',
  timeZone: 'UTC',
});

export function MonthChart({ months, currency }: { months: Month[]; currency: string }) {
  return (
    <SpendAndIncomeChart
      label={`Spend and income by month, ${currency}; the table below has the numbers`}
      currency={currency}
      height={220}
      entries={months.map((month) => ({ name: month.month, ...month }))}
      nameOf={(month) => monthName.format(new Date(`${month}-01`))}
    />
  );
}
