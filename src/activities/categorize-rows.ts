import { Counter, Histogram } from 'prom-client';
import { categorizers } from '../categorization/registry.ts';
import {
  type CompletedTransactions,
  completeTransactions,
} from '../db/transactions/complete-transactions.ts';
import type { OpenTransaction } from '../db/transactions/load-open-transactions.ts';
import { manualSource } from '../domain/category-match.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { noteBatchEnd } from './note-batch-end.ts';

const processedTransactions = new Counter({
  name: 'tallyflow_transactions_processed_total',
  help: 'Transactions completed.',
});
const categorizedTransactions = new Counter({
  name: 'tallyflow_transactions_categorized_total',
  help: 'Transactions completed, by what decided their category; none for those without one.',
  labelNames: ['source'] as const,
});
// A rate needs the zero before the first one.
for (const source of ['none', manualSource, ...categorizers.map((each) => each.source)])
  categorizedTransactions.inc({ source }, 0);

const chunkSeconds = new Histogram({
  name: 'tallyflow_chunk_seconds',
  help: 'Time to categorize and write one chunk of rows.',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/**
 * Categorizes and completes rows of these batches, all in one statement, and drops the reports that
 * they change. Tells how many were completed, and which batches were completed by it.
 */
export async function categorizeRows(
  { database, chain, reports, logger }: ActivityDependencies,
  batchIds: readonly string[],
  rows: readonly OpenTransaction[],
): Promise<CompletedTransactions> {
  const endTimer = chunkSeconds.startTimer();
  const { matches, shadow } = await chain.decide(rows);
  const completed = await completeTransactions(
    database,
    batchIds,
    rows.map((row, index) => ({ id: row.id, match: matches[index] ?? null })),
    shadow.map(({ row, ...difference }) => ({
      id: (rows[row] as OpenTransaction).id,
      ...difference,
    })),
  );
  processedTransactions.inc(completed.changedCount);
  for (const [source, rowCount] of Object.entries(completed.countsBySource))
    categorizedTransactions.inc({ source }, rowCount);
  endTimer();
  for (const batch of completed.completedBatches) noteBatchEnd(logger, batch, 'completed');
  await reports.dropAccounts([...new Set(rows.map((row) => row.accountId))]);
  return completed;
}
