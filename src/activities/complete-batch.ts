import { ApplicationFailure } from '@temporalio/common';
import { markBatchCompleted } from '../db/batches/change-batch-status.ts';
import { failureTypes } from '../domain/failure-types.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { noteBatchEnd } from './note-batch-end.ts';

/** Marks the batch completed. Fails when a row is not. */
export async function completeBatch(
  { database, logger }: ActivityDependencies,
  { batchId }: { batchId: string },
): Promise<{ completedCount: number; categorizedCount: number }> {
  const completed = await markBatchCompleted(database, batchId);
  if (completed === null) {
    throw ApplicationFailure.create({
      type: failureTypes.activityFailed,
      message: 'Some rows are not completed.',
    });
  }
  const { batch, isChanged } = completed;
  if (isChanged) noteBatchEnd(logger, batch, 'completed');
  return { completedCount: batch.completedCount, categorizedCount: batch.categorizedCount };
}
