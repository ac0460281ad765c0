import { useSearchParams } from 'react-router';
import { addDays, todayUtc } from '../../../domain/calendar-date.ts';
import { defaultReportDays } from '../../../domain/limits.ts';

/** Both days inclusive, `YYYY-MM-DD`. */
export interface Period {
  start: string;
  end: string;
}

/** The period of so many days up to a day. */
export const daysUpTo = (end: string, days: number): Period => ({
  start: addDays(end, 1 - days),
  end,
});

/** The period and the currency in the address, under the API's names. */
export function usePeriod() {
  const [address, setAddress] = useSearchParams();
  const end = address.get('end_date') ?? todayUtc();
  const start = address.get('start_date') ?? daysUpTo(end, defaultReportDays).start;

  function set(values: Record<string, string>) {
    const next = new URLSearchParams(address);
    for (const [name, value] of Object.entries(values)) next.set(name, value);
    setAddress(next, { replace: true });
  }

  return {
    period: { start, end },
    setPeriod: (period: Period) => set({ start_date: period.start, end_date: period.end }),
    currency: address.get('currency'),
    setCurrency: (currency: string) => set({ currency }),
  };
}
