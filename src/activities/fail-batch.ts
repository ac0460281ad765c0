import { markBatchFailed } from '../db/batches/change-batch-status.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { noteBatchEnd } from './note-batch-end.ts';

/** Marks the batch failed, unless it is completed. */
export async function failBatch(
  { database, logger }: ActivityDependencies,
  { batchId, reason }: { batchId: string; reason: string },
): Promise<void> {
  const batch = await markBatchFailed(database, batchId, reason);
  if (batch !== null) noteBatchEnd(logger, batch, 'failed');
}
