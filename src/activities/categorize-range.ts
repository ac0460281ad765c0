import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { Counter, Histogram } from 'prom-client';
import { completeTransactions } from '../db/complete-transactions.ts';
import { loadOpenTransactions } from '../db/load-open-transactions.ts';
import type { TransactionRange } from '../db/transaction-range.ts';
import type { ActivityDependencies } from './create-activities.ts';

const processedTransactions = new Counter({
  name: 'tallyflow_transactions_processed_total',
  help: 'Transactions completed.',
});
const chunkSeconds = new Histogram({
  name: 'tallyflow_chunk_seconds',
  help: 'Time to categorize and write one chunk of rows.',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Rows written in one statement: short locks, and little to do again after a crash. */
const rowsPerStatement = 5_000;

/**
 * Categorizes and completes those rows of the range that are not completed yet. Returns how many
 * this attempt completed. What it has written stays, and the next attempt goes on from there.
 */
export async function categorizeRange(
  { database, categorizer, reports }: ActivityDependencies,
  range: TransactionRange,
): Promise<number> {
  const open = await loadOpenTransactions(database, range);
  let completed = 0;
  for (let start = 0; start < open.length; start += rowsPerStatement) {
    cancellationSignal().throwIfAborted();
    const endTimer = chunkSeconds.startTimer();
    const rows = open.slice(start, start + rowsPerStatement);
    const matches = await categorizer.categorize(rows);
    const changed = await completeTransactions(
      database,
      range.batchId,
      rows.map((row, index) => ({ id: row.id, match: matches[index] ?? null })),
    );
    completed += changed;
    processedTransactions.inc(changed);
    endTimer();
    await reports.dropAccounts([...new Set(rows.map((row) => row.accountId))]);
    heartbeat(completed);
  }
  return completed;
}
