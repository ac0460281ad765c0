import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import type { Batch } from '../models/batch.ts';
import { type RetriedBatch, retryBatch } from './change-batch-status.ts';

/** Retries a batch like retryBatch(), with an entry in the audit log. Null when the batch is not failed. */
export async function retryBatchAsAdmin(
  database: Database,
  actor: Actor,
  { id, status, failureReason }: Batch,
): Promise<RetriedBatch | null> {
  return database.transaction(async (trx) => {
    const retried = await retryBatch(trx, id);
    if (retried === null) return null;
    await recordChange(trx, actor, {
      action: 'retry',
      resource: 'batches',
      resourceId: id,
      before: { status, failureReason },
      after: { status: retried.batch.status },
    });
    return retried;
  });
}
