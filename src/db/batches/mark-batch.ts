import { raw } from 'objection';
import type { Database } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

/**
 * pending → processing, in a run of the batch's own workflow; a batch that is processing or completed
 * already stays as it is. Null when there is no such batch.
 */
export async function markBatchProcessing(
  database: Database,
  id: string,
  runId: string,
): Promise<Batch | null> {
  const updated = await Batch.query(database)
    .patch({
      status: 'processing',
      workflowId: null,
      workflowRunId: runId,
      // The database's clock, by which a batch is created and completed too.
      startedAt: raw('now()'),
      finishedAt: null,
      failureReason: null,
    })
    .where({ id })
    .whereIn('status', ['pending', 'failed'])
    .returning('*')
    .first();
  if (updated !== undefined) return updated;
  await Batch.query(database)
    .patch({ workflowId: null, workflowRunId: runId })
    .where({ id, status: 'processing' });
  return (await Batch.query(database).findById(id)) ?? null;
}

/**
 * processing → completed, provided that every row is. Null when some are not. With its last row a batch
 * is completed already; this is for one that had none left.
 */
export async function markBatchCompleted(database: Database, id: string): Promise<Batch | null> {
  const found = await Batch.query(database).findById(id);
  if (found?.status !== 'processing') return found?.status === 'completed' ? found : null;
  await Batch.query(database)
    .patch({ status: 'completed', finishedAt: raw('now()') })
    .where({ id, status: 'processing' })
    .whereColumn('completedCount', 'transactionCount');
  const batch = await Batch.query(database).findById(id);
  return batch?.status === 'completed' ? batch : null;
}

/** Any status short of completed → failed. */
export async function markBatchFailed(
  database: Database,
  id: string,
  reason: string,
): Promise<void> {
  await Batch.query(database)
    .patch({ status: 'failed', failureReason: reason, finishedAt: raw('now()') })
    .where({ id })
    .whereNot('status', 'completed');
}
