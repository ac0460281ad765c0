import { ApplicationFailure } from '@temporalio/common';
import { markBatchCompleted } from '../db/batches/change-batch-status.ts';
import { failureTypes } from '../domain/failure-types.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Marks the batch completed. Fails when a row is not. */
export async function completeBatch(
  { database }: ActivityDependencies,
  { batchId }: { batchId: string },
): Promise<{ completedCount: number; categorizedCount: number }> {
  const batch = await markBatchCompleted(database, batchId);
  if (batch === null) {
    throw ApplicationFailure.create({
      type: failureTypes.activityFailed,
      message: 'Some rows are not completed.',
    });
  }
  return { completedCount: batch.completedCount, categorizedCount: batch.categorizedCount };
}
