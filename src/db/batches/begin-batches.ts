import type { Database } from '../connection/database.ts';

export interface BegunBatch {
  id: string;
  /** The block of ids that its rows lie in; null when all were duplicates. */
  firstTransactionId: number | null;
  lastTransactionId: number | null;
}

/**
 * pending → processing, for those of the batches that nobody else has taken since: what another run
 * holds, or has ended, is left to it. Returns the batches that the run holds now, also those that an
 * earlier attempt of it has begun.
 */
export async function beginBatches(
  database: Database,
  ids: readonly string[],
  run: { workflowId: string; runId: string },
): Promise<BegunBatch[]> {
  // Locked in the order of their ids, so that two attempts wait for each other in turn.
  const result = await database.raw<{ rows: BegunBatch[] }>(
    `WITH taken AS (
       SELECT id FROM batches
        WHERE id = ANY (?::uuid[])
          AND (status = 'pending' OR (status = 'processing' AND workflow_id = ?))
        ORDER BY id FOR UPDATE
     )
     UPDATE batches AS b
        SET status = 'processing', workflow_id = ?, workflow_run_id = ?,
            started_at = coalesce(started_at, now()), finished_at = NULL, failure_reason = NULL
       FROM taken WHERE b.id = taken.id
     RETURNING b.id, b.first_transaction_id AS "firstTransactionId", b.last_transaction_id AS "lastTransactionId"`,
    [[...ids], run.workflowId, run.workflowId, run.runId],
  );
  return result.rows;
}
