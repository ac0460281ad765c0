import type { LogMetadata } from '@temporalio/worker';

/** The workflow that a batch has to itself (batchWorkflowId). */
const workflowOfBatch = /^batch-([0-9a-f-]{36})$/;

/** A line of Temporal's SDK as fields of ours, with the batch that it is about. */
export function sdkLogFields(meta: LogMetadata | undefined): Record<string, unknown> {
  const batchId = workflowOfBatch.exec(String(meta?.workflowId))?.[1];
  return { sdk: meta, ...(batchId !== undefined && { batch_id: batchId }) };
}
