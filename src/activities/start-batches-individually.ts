import { heartbeat } from '@temporalio/activity';
import { Batch } from '../db/models/batch.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Gives each of the batches that has not ended a run of its own. */
export async function startBatchesIndividually(
  { database, processing }: ActivityDependencies,
  { batchIds }: { batchIds: string[] },
): Promise<void> {
  const open = await Batch.query(database)
    .findByIds(batchIds)
    .whereIn('status', ['pending', 'processing']);
  for (const batch of open) {
    await processing.start([batch]);
    heartbeat();
  }
}
