import dayjs from 'dayjs';

/**
 * A moment in the reader's own time zone, written like the calendar dates of lists and date pickers.
 * Its title holds the exact moment.
 */
export function DateTime({ value, none = '–' }: { value: string | null; none?: string }) {
  if (value === null) return <span>{none}</span>;
  return (
    <time dateTime={value} title={value} className="numeric">
      {dayjs(value).format('YYYY-MM-DD HH:mm')}
    </time>
  );
}
