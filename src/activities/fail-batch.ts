import { markBatchFailed } from '../db/batches/change-batch-status.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Marks the batch failed, unless it is completed. */
export async function failBatch(
  { database }: ActivityDependencies,
  { batchId, reason }: { batchId: string; reason: string },
): Promise<void> {
  await markBatchFailed(database, batchId, reason);
}
