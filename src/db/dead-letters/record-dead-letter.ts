import type { NewBatch } from '../batches/new-batch.ts';
import type { Database } from '../connection/database.ts';

export interface DeadLetter {
  /** The batch that it would be. What is not known of it, or does not exist, is null. */
  batch: Omit<NewBatch, 'apiKeyId'> & { apiKeyId: number | null };
  reason: string;
  failureReason: string;
  /** Where its record is in the topic of dead letters. */
  partition: number;
  offset: bigint;
}

/** Shows a record that can't be stored as a failed batch without rows. A batch that is stored stays as it is. */
export async function recordDeadLetter(
  database: Database,
  { batch, reason, failureReason, partition, offset }: DeadLetter,
): Promise<void> {
  await database.raw(
    `WITH failed AS (
       INSERT INTO batches (id, api_key_id, bound_lineage_id, request_id, request_hash, status, failure_reason,
                            finished_at, transaction_count, duplicate_count)
       SELECT :id::uuid, (SELECT id FROM api_keys WHERE id = :apiKeyId::integer),
              (SELECT id FROM api_keys WHERE id = :boundLineageId::integer),
              :requestId, :requestHash, 'failed', :failureReason, now(), 0, 0
       ON CONFLICT (id) DO NOTHING
       RETURNING id
     )
     INSERT INTO dead_letters (batch_id, reason, partition, "offset")
     SELECT id, :reason, :partition, :offset FROM failed`,
    {
      id: batch.id,
      apiKeyId: batch.apiKeyId,
      boundLineageId: batch.boundLineageId ?? null,
      requestId: batch.requestId,
      requestHash: batch.requestHash ?? null,
      failureReason,
      reason,
      partition,
      offset: String(offset),
    },
  );
}
