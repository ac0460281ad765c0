import { interleave, type Rounds } from '../interleave.ts';
import { SettledCopy } from '../limits/settled-copy.ts';
import { type AccountSize, accountRows, accounts, ensureLargeTable } from '../load/fill.ts';
import { alone, compared, type Measurement, type Target } from '../measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';
import { daysAgo } from './days-ago.ts';
import { measureExactness } from './measure-exactness.ts';

const days = 365;
const rounds: Rounds = { warmUps: 2, repeats: 11 };

export const report: Scenario = {
  number: 6,
  title: 'Summary report, not cached, 365 days',
  run: async (bench) => {
    await ensureLargeTable(bench);
    const settled = await SettledCopy.create(bench.database);
    const large = await besideScan(bench, 'large', settled);
    const medium = await besideScan(bench, 'medium', settled);
    const small = await besideScan(bench, 'small', settled);
    const measurements = [
      toMeasurement(bench, 'large', large, { atMost: 1 }),
      toMeasurement(bench, 'medium', medium, { atMost: 1 }),
      toMeasurement(bench, 'small', small, null),
      alone(`account of ${rowsOf(bench, 'small')}, for itself`, 'ms', small.figures, { atMost: 5 }),
    ];
    await settled.drop();
    const exactness = await measureExactness(bench);
    return {
      measurements: [...measurements, ...exactness.measurements],
      notes: [
        `In a table of ${bench.rowCount.toLocaleString('en')} rows. The report is read over HTTP; the limit is the SQL statement alone. Each round reads a different range of days, so that no report is cached.`,
        ...exactness.notes,
      ],
    };
  },
};

const rowsOf = (bench: Bench, size: AccountSize): string =>
  `${accountRows(bench, size).toLocaleString('en')} rows`;

/** A range of 365 days that ends this many days before today. */
export const rangeEnding = (endsAgo: number) => ({
  startDate: daysAgo(endsAgo + days - 1),
  endDate: daysAgo(endsAgo),
});

async function besideScan(bench: Bench, size: AccountSize, settled: SettledCopy) {
  const accountId = accounts[size].id;
  await bench.stack.dropCaches();
  await settled.check({ accountId, ...rangeEnding(0) });
  return interleave(
    rounds,
    rangeEnding,
    (range) => reportTime(bench, accountId, range),
    (range) => timed(() => settled.aggregate({ accountId, ...range })),
  );
}

function toMeasurement(
  bench: Bench,
  size: AccountSize,
  { figures, limits }: { figures: number[]; limits: number[] },
  target: Omit<Target, 'of'> | null,
): Measurement {
  const limit = { name: 'index-only scan of a settled copy', values: limits };
  return compared(`account of ${rowsOf(bench, size)}`, 'ms', figures, limit, target);
}

/** Measures the milliseconds from the request to the end of the response. */
export function reportTime(
  { api }: Bench,
  accountId: string,
  { startDate, endDate }: { startDate: string; endDate: string },
): Promise<number> {
  const path = `/api/reports/account/${accountId}/summary?start_date=${startDate}&end_date=${endDate}`;
  return timed(() => api.get(path));
}
