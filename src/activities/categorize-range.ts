import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { loadOpenTransactions } from '../db/load-open-transactions.ts';
import type { TransactionRange } from '../db/transaction-range.ts';
import { categorizeRows } from './categorize-rows.ts';
import type { ActivityDependencies } from './create-activities.ts';

/** Rows written in one statement: short locks, and little to do again after a crash. */
const rowsPerStatement = 5_000;

/**
 * Categorizes and completes those rows of the range that are not completed yet. Returns how many
 * this attempt completed. What it has written stays, and the next attempt goes on from there.
 */
export async function categorizeRange(
  dependencies: ActivityDependencies,
  range: TransactionRange,
): Promise<number> {
  const open = await loadOpenTransactions(dependencies.database, range);
  let completed = 0;
  for (let start = 0; start < open.length; start += rowsPerStatement) {
    cancellationSignal().throwIfAborted();
    const rows = open.slice(start, start + rowsPerStatement);
    const { changedCount } = await categorizeRows(dependencies, [range.batchId], rows);
    completed += changedCount;
    heartbeat(completed);
  }
  return completed;
}
