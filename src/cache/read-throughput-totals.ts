import { type Metric, register } from 'prom-client';

interface Source {
  name: string;
  outcome?: string;
}

/** What the console shows by the minute, and the counters whose sum it is. Each process has those of what it does. */
const sources = {
  batchesIn: [
    { name: 'tallyflow_batches_captured_total', outcome: 'new' },
    { name: 'tallyflow_consumer_records_total', outcome: 'stored' },
  ],
  rowsIn: [{ name: 'tallyflow_transactions_captured_total', outcome: 'stored' }],
  batchesCompleted: [{ name: 'tallyflow_batches_ended_total', outcome: 'completed' }],
  batchesFailed: [
    { name: 'tallyflow_batches_ended_total', outcome: 'failed' },
    { name: 'tallyflow_consumer_records_total', outcome: 'failed' },
  ],
  rowsCompleted: [{ name: 'tallyflow_transactions_processed_total' }],
  refusals: [{ name: 'tallyflow_requests_refused_total' }],
} satisfies Record<string, Source[]>;

export type ThroughputFigure = keyof typeof sources;

export type ThroughputCounts = Record<ThroughputFigure, number>;

export const throughputFigures = Object.keys(sources) as ThroughputFigure[];

/** What this process has counted since it started. */
export async function readThroughputTotals(): Promise<ThroughputCounts> {
  const entries = Object.entries<Source[]>(sources).map(async ([figure, counters]) => {
    const totals = await Promise.all(counters.map(total));
    return [figure, totals.reduce((sum, value) => sum + value)];
  });
  return Object.fromEntries(await Promise.all(entries)) as ThroughputCounts;
}

async function total({ name, outcome }: Source): Promise<number> {
  const metric: Metric | undefined = register.getSingleMetric(name);
  if (metric === undefined) return 0;
  const { values } = await metric.get();
  return values
    .filter(({ labels }) => outcome === undefined || labels.outcome === outcome)
    .reduce((sum, { value }) => sum + value, 0);
}
