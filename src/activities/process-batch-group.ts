import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { type GroupedBatch, markBatchesProcessing } from '../db/batches/change-batch-status.ts';
import { isDatabaseUnavailable } from '../db/connection/errors.ts';
import { loadOpenTransactions } from '../db/transactions/load-open-transactions.ts';
import type { TransactionRange } from '../db/transactions/transaction-range.ts';
import { categorizeRange } from './categorize-range.ts';
import { categorizeRows } from './categorize-rows.ts';
import { completeBatch } from './complete-batch.ts';
import type { ActivityDependencies } from './dependencies.ts';

interface GroupOutcome {
  batchCount: number;
  completedCount: number;
  separateBatchIds: string[];
}

/**
 * The steps of a small batch for many of them at once. When that fails, and when an earlier attempt
 * did not come to an end, each is processed by itself, so that one bad batch harms no other; those that
 * fail even then are named, and stay as they are for a run of their own.
 */
export async function processBatchGroup(
  dependencies: ActivityDependencies,
  { batchIds, workflowId, runId }: { batchIds: string[]; workflowId: string; runId: string },
): Promise<GroupOutcome> {
  const batches = await markBatchesProcessing(dependencies.database, batchIds, {
    workflowId,
    runId,
  });
  const outcome = { batchCount: 0, completedCount: 0, separateBatchIds: [] as string[] };
  let open: readonly GroupedBatch[] = batches;
  if (activityInfo().attempt === 1) {
    try {
      const { changedCount, completedBatches } = await processTogether(dependencies, batches);
      const completed = new Set(completedBatches.map(({ id }) => id));
      open = batches.filter(({ id }) => !completed.has(id));
      outcome.batchCount = completed.size;
      outcome.completedCount = changedCount;
    } catch (error) {
      throwUnlessItsOwn(error);
    }
  }
  for (const batch of open) {
    cancellationSignal().throwIfAborted();
    try {
      outcome.completedCount += await processAlone(dependencies, batch);
      outcome.batchCount++;
    } catch (error) {
      throwUnlessItsOwn(error);
      outcome.separateBatchIds.push(batch.id);
    }
    heartbeat(batch.id);
  }
  return outcome;
}

async function processTogether(
  dependencies: ActivityDependencies,
  batches: readonly GroupedBatch[],
) {
  const ranges = batches.map(rangeOf).filter((range) => range !== null);
  const rows = await loadOpenTransactions(dependencies.database, ranges);
  const ids = ranges.map(({ batchId }) => batchId);
  return categorizeRows(dependencies, ids, rows);
}

async function processAlone(
  dependencies: ActivityDependencies,
  batch: GroupedBatch,
): Promise<number> {
  const range = rangeOf(batch);
  const completedCount = range === null ? 0 : await categorizeRange(dependencies, range);
  await completeBatch(dependencies, { batchId: batch.id });
  return completedCount;
}

/** Null for a batch of duplicates only. */
function rangeOf({
  id,
  firstTransactionId,
  lastTransactionId,
}: GroupedBatch): TransactionRange | null {
  if (firstTransactionId === null || lastTransactionId === null) return null;
  return { batchId: id, firstId: firstTransactionId, lastId: lastTransactionId };
}

/** A cancellation, or a database that is away, is no fault of a batch. */
function throwUnlessItsOwn(error: unknown): void {
  if (error instanceof CancelledFailure || isDatabaseUnavailable(error)) throw error;
}
