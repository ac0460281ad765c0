import type { Logger } from 'pino';
import { Counter, Histogram } from 'prom-client';
import type { Batch } from '../db/models/batch.ts';
import { rowClass, rowClasses } from '../domain/row-class.ts';

const endedBatches = new Counter({
  name: 'tallyflow_batches_ended_total',
  help: 'Batches completed or failed.',
  labelNames: ['outcome'] as const,
});
// A rate needs the zero before the first one.
for (const outcome of ['completed', 'failed']) endedBatches.inc({ outcome }, 0);

const batchSeconds = new Histogram({
  name: 'tallyflow_batch_seconds',
  help: 'Time from when a batch was stored, or last retried, to its completion.',
  labelNames: ['rows'] as const,
  // The service objective is 60 s.
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600],
});
for (const rows of rowClasses) batchSeconds.zero({ rows });

/** What one line says of a batch. A batch that has just ended has the time of its end. */
type EndedBatch = Pick<
  Batch,
  | 'id'
  | 'transactionCount'
  | 'duplicateCount'
  | 'conflictCount'
  | 'categorizedCount'
  | 'pendingSince'
  | 'finishedAt'
> & { failureReason?: string | null };

/**
 * Tells that a batch has ended, in one line, and counts it. Whoever changes its status calls this once, so that a
 * repeated activity says nothing.
 */
export function noteBatchEnd(
  logger: Logger,
  batch: EndedBatch,
  outcome: 'completed' | 'failed',
): void {
  const { transactionCount, categorizedCount, pendingSince, finishedAt } = batch;
  // Both times are of the database's clock. The time that a client took to send the batch is not in between.
  const durationMs = (finishedAt ?? new Date()).getTime() - pendingSince.getTime();
  endedBatches.inc({ outcome });
  if (outcome === 'completed')
    batchSeconds.observe(
      { rows: rowClass(transactionCount + batch.duplicateCount) },
      durationMs / 1_000,
    );
  const line = {
    batch_id: batch.id,
    outcome,
    rowCount: transactionCount,
    duplicateCount: batch.duplicateCount,
    conflictCount: batch.conflictCount,
    // A batch of duplicates only has no share.
    categorizedShare:
      transactionCount === 0 ? null : Number((categorizedCount / transactionCount).toFixed(3)),
    durationMs,
  };
  // A person has to look at a failed batch, and send it again.
  if (outcome === 'failed') logger.error({ ...line, reason: batch.failureReason }, 'batch failed');
  else logger.info(line, 'batch completed');
}
