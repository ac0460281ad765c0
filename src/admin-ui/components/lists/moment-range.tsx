import dayjs from 'dayjs';
import type { filtersOf } from '../../hooks/use-filters.ts';
import { DateRange } from './date-range.tsx';

interface MomentRangeProps {
  filters: ReturnType<typeof filtersOf>;
  field: string;
  label: string;
}

/** Narrows a list to days of the reader's time zone, as the moments that the API compares. */
export function MomentRange({ filters, field, label }: MomentRangeProps) {
  return (
    <DateRange
      label={label}
      from={dayOf(filters.value(field, 'gte'))}
      to={dayOf(filters.value(field, 'lte'))}
      onChange={(from, to) =>
        filters.setAll([
          { field, operator: 'gte', value: from && dayjs(from).startOf('day').toISOString() },
          { field, operator: 'lte', value: to && dayjs(to).endOf('day').toISOString() },
        ])
      }
    />
  );
}

const dayOf = (moment: string | undefined) => moment && dayjs(moment).format('YYYY-MM-DD');
