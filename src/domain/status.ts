/** The statuses of batches and of transactions. `db/batches/change-batch-status.ts` has every change of them. */
export const statuses = ['pending', 'processing', 'completed', 'failed'] as const;

export type Status = (typeof statuses)[number];

/** The number of rows in each status. */
export type StatusCounts = Record<Status, number>;

/**
 * The status of a row. A row stores only whether it is completed. Until then it shares the status of its batch,
 * which saves writing every row a second time (docs/decisions/0001).
 */
export function transactionStatus(stored: Status, batch: Status): Status {
  return stored === 'completed' ? 'completed' : batch;
}

/** Rows per status of one batch, by the same rule. */
export function batchStatusCounts(batch: {
  status: Status;
  transactionCount: number;
  completedCount: number;
}): StatusCounts {
  const counts: StatusCounts = {
    pending: 0,
    processing: 0,
    completed: batch.completedCount,
    failed: 0,
  };
  counts[batch.status] += batch.transactionCount - batch.completedCount;
  return counts;
}

/** Final statuses: a batch changes again only when somebody retries it. */
export const isFinal = (status: Status): boolean => status === 'completed' || status === 'failed';
