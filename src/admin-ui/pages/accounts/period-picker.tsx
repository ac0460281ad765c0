import { DatePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { todayUtc } from '../../../domain/calendar-date.ts';
import { maxReportDays } from '../../../domain/limits.ts';
import { daysUpTo, type Period } from './use-period.ts';

interface PeriodPickerProps {
  period: Period;
  onChange: (period: Period) => void;
}

/** Picks any period that a report can have. */
export function PeriodPicker({ period, onChange }: PeriodPickerProps) {
  return (
    <DatePicker.RangePicker
      allowClear={false}
      id={{ start: 'period-start', end: 'period-end' }}
      aria-label="Period"
      style={{ width: 260 }}
      value={[dayjs(period.start), dayjs(period.end)]}
      presets={presets()}
      disabledDate={(day, { from }) =>
        from !== undefined && Math.abs(day.diff(from, 'day')) >= maxReportDays
      }
      onChange={(_, [start, end]) => onChange({ start, end })}
    />
  );
}

function presets(): { label: string; value: [Dayjs, Dayjs] }[] {
  const today = todayUtc();
  const month = dayjs(today).startOf('month');
  const range = ({ start, end }: Period): [Dayjs, Dayjs] => [dayjs(start), dayjs(end)];
  return [
    { label: 'Last 30 days', value: range(daysUpTo(today, 30)) },
    { label: 'Last 90 days', value: range(daysUpTo(today, 90)) },
    { label: 'Last 365 days', value: range(daysUpTo(today, maxReportDays)) },
    { label: 'This month', value: [month, dayjs(today)] },
    {
      label: 'Last month',
      value: [month.subtract(1, 'month'), month.subtract(1, 'day')],
    },
    { label: 'This year', value: [dayjs(today).startOf('year'), dayjs(today)] },
  ];
}
