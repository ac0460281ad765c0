import { DatePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';

interface DateRangeProps {
  /** Names the range in its placeholder. */
  label: string;
  /** Calendar dates, YYYY-MM-DD. */
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

/** A range of days, open at either end, with presets for the usual ones. */
export function DateRange({ label, from, to, onChange }: DateRangeProps) {
  return (
    <DatePicker.RangePicker
      allowEmpty
      style={{ width: 290 }}
      placeholder={[`${label} from`, 'to']}
      presets={presets(dayjs())}
      value={[from === undefined ? null : dayjs(from), to === undefined ? null : dayjs(to)]}
      onChange={(_, [start, end]) => onChange(start || undefined, end || undefined)}
    />
  );
}

function presets(today: Dayjs): { label: string; value: [Dayjs, Dayjs] }[] {
  const lastMonth = today.subtract(1, 'month');
  return [
    { label: 'Today', value: [today, today] },
    { label: 'Last 7 days', value: [today.subtract(6, 'day'), today] },
    { label: 'Last 30 days', value: [today.subtract(29, 'day'), today] },
    { label: 'This month', value: [today.startOf('month'), today] },
    { label: 'Last month', value: [lastMonth.startOf('month'), lastMonth.endOf('month')] },
    { label: 'This year', value: [today.startOf('year'), today] },
  ];
}
