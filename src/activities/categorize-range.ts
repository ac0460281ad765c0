import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { loadOpenTransactions } from '../db/transactions/load-open-transactions.ts';
import type { TransactionRange } from '../db/transactions/transaction-range.ts';
import { categorizeRows } from './categorize-rows.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Ids read and written at once: short locks, little to do again after a crash, and others have their turn in between. */
const idsPerStep = 5_000;

/**
 * Categorizes and completes those rows of the range that are not completed yet. Returns how many
 * this attempt completed. What it has written stays, and the next attempt goes on from there.
 */
export async function categorizeRange(
  dependencies: ActivityDependencies,
  { batchId, firstId, lastId }: TransactionRange,
): Promise<number> {
  let completed = 0;
  for (let stepFirstId = firstId; stepFirstId <= lastId; stepFirstId += idsPerStep) {
    cancellationSignal().throwIfAborted();
    const stepLastId = Math.min(stepFirstId + idsPerStep - 1, lastId);
    const step = { batchId, firstId: stepFirstId, lastId: stepLastId };
    const rows = await loadOpenTransactions(dependencies.database, [step]);
    if (rows.length > 0)
      completed += (await categorizeRows(dependencies, [batchId], rows)).changedCount;
    heartbeat(completed);
  }
  return completed;
}
