import type { LogMetadata } from '@temporalio/worker';

/** The workflow that a batch has to itself (batchWorkflowId). */
const workflowOfBatch = /^batch-([0-9a-f-]{36})$/;

/** A line of Temporal's SDK as fields of ours, with the batch that it is about, and its error as we log errors. */
export function sdkLogFields(meta: LogMetadata = {}): Record<string, unknown> {
  const { error, ...sdk } = meta;
  const batchId = workflowOfBatch.exec(String(meta.workflowId))?.[1];
  return {
    sdk,
    ...(error !== undefined && { err: error }),
    ...(batchId !== undefined && { batch_id: batchId }),
  };
}
