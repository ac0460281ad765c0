import type { Logger } from 'pino';
import type { Batch } from '../db/models/batch.ts';

/** What one line says of a batch. A batch that has just ended has the time of its end. */
type EndedBatch = Pick<
  Batch,
  | 'id'
  | 'transactionCount'
  | 'duplicateCount'
  | 'conflictCount'
  | 'categorizedCount'
  | 'createdAt'
  | 'finishedAt'
> & { failureReason?: string | null };

/**
 * Tells that a batch has ended, in one line. Whoever changes its status calls this once, so that a repeated activity
 * says nothing.
 */
export function noteBatchEnd(
  logger: Logger,
  batch: EndedBatch,
  outcome: 'completed' | 'failed',
): void {
  const { transactionCount, categorizedCount, createdAt, finishedAt } = batch;
  const line = {
    batch_id: batch.id,
    outcome,
    rowCount: transactionCount,
    duplicateCount: batch.duplicateCount,
    conflictCount: batch.conflictCount,
    // A batch of duplicates only has no share.
    categorizedShare:
      transactionCount === 0 ? null : Number((categorizedCount / transactionCount).toFixed(3)),
    durationMs: (finishedAt ?? new Date()).getTime() - createdAt.getTime(),
  };
  // A person has to look at a failed batch, and send it again.
  if (outcome === 'failed') logger.error({ ...line, reason: batch.failureReason }, 'batch failed');
  else logger.info(line, 'batch completed');
}
