import { raw } from 'objection';
import type { Status } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

/*
 * Every change of a batch's status:
 *
 *   pending ──▶ processing ──▶ completed
 *      ▲            │
 *      │            ▼
 *      └───────── failed
 *
 * A workflow that is started again takes its batch from `failed` to `processing` by itself. One that is cancelled
 * before it began takes its batch from `pending` to `failed`.
 */

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

export interface GroupedBatch {
  id: string;
  /** The block of ids that its rows lie in; null when all were duplicates. */
  firstTransactionId: number | null;
  lastTransactionId: number | null;
}

/**
 * pending → processing, for those of the batches that no other run has taken. Returns the batches that this
 * run holds now, which include those that an earlier attempt of it took.
 */
export async function markBatchesProcessing(
  database: Database,
  ids: readonly string[],
  run: { workflowId: string; runId: string },
): Promise<GroupedBatch[]> {
  // Locked in the order of their ids, so that two attempts wait for each other in turn.
  const result = await database.raw<{ rows: GroupedBatch[] }>(
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

const isLastRow = `b.status = 'processing' AND b.completed_count + c.changed_count = b.transaction_count`;

/**
 * processing → completed, as assignments of an UPDATE of `batches AS b` that completes `c.changed_count` more of
 * its rows: a batch is completed together with the last of them.
 */
export const completeWithLastRow = `
  status = CASE WHEN ${isLastRow} THEN 'completed' ELSE b.status END,
  finished_at = CASE WHEN ${isLastRow} THEN now() ELSE b.finished_at END`;

/**
 * processing → completed, for a batch that had no row left to complete. Null unless it is completed now or was before;
 * `isChanged` tells the two apart.
 */
export async function markBatchCompleted(
  database: Database,
  id: string,
): Promise<{ batch: Batch; isChanged: boolean } | null> {
  const found = await Batch.query(database).findById(id);
  if (found?.status === 'completed') return { batch: found, isChanged: false };
  if (found?.status !== 'processing') return null;
  const changed = await Batch.query(database)
    .patch({ status: 'completed', finishedAt: raw('now()') })
    .where({ id, status: 'processing' })
    .whereColumn('completedCount', 'transactionCount')
    .returning('*')
    .first();
  if (changed !== undefined) return { batch: changed, isChanged: true };
  const batch = await Batch.query(database).findById(id);
  return batch?.status === 'completed' ? { batch, isChanged: false } : null;
}

/**
 * pending or processing → failed. A failed batch takes the new reason, and a completed one stays as it is. Null unless
 * the batch failed by this.
 */
export async function markBatchFailed(
  database: Database,
  id: string,
  reason: string,
): Promise<Batch | null> {
  const fail = (from: Status[]) =>
    Batch.query(database)
      .patch({ status: 'failed', failureReason: reason, finishedAt: raw('now()') })
      .where({ id })
      .whereIn('status', from)
      .returning('*')
      .first();
  const batch = await fail(['pending', 'processing']);
  if (batch === undefined) await fail(['failed']);
  return batch ?? null;
}

export interface RetriedBatch {
  batch: Batch;
  /** Whether its rows are still in a dead letter of Kafka: the consumer stores them, and starts the workflow. */
  isDeadLetter: boolean;
}

/** failed → pending. Rows that are completed stay as they are. Null when the batch is not failed. */
export async function retryBatch(database: Database, id: string): Promise<RetriedBatch | null> {
  return database.transaction(async (trx) => {
    const batch = await markBatchPending(trx, id);
    if (batch === null) return null;
    const updated = await trx('dead_letters')
      .where({ batch_id: id })
      .update({ resend_requested_at: trx.fn.now() });
    return { batch, isDeadLetter: updated > 0 };
  });
}

async function markBatchPending(trx: Database, id: string): Promise<Batch | null> {
  const batch = await Batch.query(trx)
    .patch({
      status: 'pending',
      failureReason: null,
      pendingSince: raw('now()'),
      startedAt: null,
      finishedAt: null,
      // The next run is one of the batch's own workflow, and does not exist yet.
      workflowId: null,
      workflowRunId: null,
    })
    .where({ id, status: 'failed' })
    .returning('*')
    .first();
  return batch ?? null;
}
