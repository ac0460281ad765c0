import { ApplicationFailure } from '@temporalio/common';
import { markBatchProcessing } from '../db/batches/change-batch-status.ts';
import { failureTypes } from '../domain/failure-types.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface BatchRange {
  /** The block of ids that its rows lie in; empty (last before first) for a batch of duplicates only. */
  firstId: number;
  lastId: number;
  rowCount: number;
  /** Rows done by an earlier run. */
  completedCount: number;
}

/** Marks the batch processing, and says where its rows are. Throws BatchNotFound. */
export async function beginBatch(
  { database }: ActivityDependencies,
  { batchId, runId }: { batchId: string; runId: string },
): Promise<BatchRange> {
  const batch = await markBatchProcessing(database, batchId, runId);
  if (batch === null) {
    throw ApplicationFailure.create({
      type: failureTypes.batchNotFound,
      message: 'There is no such batch.',
      nonRetryable: true,
    });
  }
  return {
    firstId: batch.firstTransactionId ?? 1,
    lastId: batch.lastTransactionId ?? 0,
    rowCount: batch.transactionCount,
    completedCount: batch.completedCount,
  };
}
