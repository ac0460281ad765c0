import type { Database } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

/** Makes a failed batch pending again, its completed rows staying as they are; null when it is not failed. */
export async function retryBatch(database: Database, id: string): Promise<Batch | null> {
  const batch = await Batch.query(database)
    .patch({
      status: 'pending',
      failureReason: null,
      startedAt: null,
      finishedAt: null,
      // It goes on in a run of its own, which is not there yet.
      workflowId: null,
      workflowRunId: null,
    })
    .where({ id, status: 'failed' })
    .returning('*')
    .first();
  return batch ?? null;
}
