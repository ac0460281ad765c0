import { type Metric, register } from 'prom-client';

/** The counters that the console shows by the minute. Each process has those of what it does. */
const counters = {
  batchesIn: { name: 'tallyflow_batches_captured_total', outcome: 'new' },
  rowsIn: { name: 'tallyflow_transactions_captured_total', outcome: 'stored' },
  batchesCompleted: { name: 'tallyflow_batches_ended_total', outcome: 'completed' },
  batchesFailed: { name: 'tallyflow_batches_ended_total', outcome: 'failed' },
  rowsCompleted: { name: 'tallyflow_transactions_processed_total' },
  refusals: { name: 'tallyflow_requests_refused_total' },
} satisfies Record<string, { name: string; outcome?: string }>;

type Totals = Record<keyof typeof counters, number>;

/** What this process has counted since it started. */
export async function readActivityTotals(): Promise<Totals> {
  const entries = Object.entries(counters).map(async ([figure, counter]) => [
    figure,
    await total(counter),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Totals;
}

async function total({ name, outcome }: { name: string; outcome?: string }): Promise<number> {
  const metric: Metric | undefined = register.getSingleMetric(name);
  if (metric === undefined) return 0;
  const { values } = await metric.get();
  return values
    .filter(({ labels }) => outcome === undefined || labels.outcome === outcome)
    .reduce((sum, { value }) => sum + value, 0);
}
