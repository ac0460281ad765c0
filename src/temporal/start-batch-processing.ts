import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { batchStatusAttribute } from '../domain/search-attribute.ts';
import type { BatchProcessingWorkflow } from '../workflows/batch-processing.ts';
import { callTimeoutMs } from './connection.ts';
import { isWorkflowOpen } from './is-workflow-open.ts';

export interface BatchToStart {
  id: string;
  transactionCount: number;
  /** The client's name of the batch. */
  requestId: string | null;
  /** Of the request that sent it, where that is recorded. */
  traceparent?: string | undefined;
}

/** The id of a batch's own workflow. */
export const batchWorkflowId = (batchId: string): string => `batch-${batchId}`;

/** The id of the workflow that processes the batch, alone or together with others. */
export const workflowIdOf = (batch: { id: string; workflowId: string | null }): string =>
  batch.workflowId ?? batchWorkflowId(batch.id);

const batchStatus = defineSearchAttributeKey(batchStatusAttribute, SearchAttributeType.KEYWORD);

/** How often a retry checks whether the run that marked its batch failed has closed, and the pause in between. */
const closingAttempts = 240;
const closingPauseMs = 250;

/**
 * Starts the workflow of a batch that was failed until now. Its last run marked it failed shortly
 * before it closes, so that one still open must be waited for, not joined. Throws when it stays open.
 */
export async function restartBatchProcessing(
  client: Client,
  taskQueue: string,
  batch: BatchToStart,
): Promise<void> {
  for (let attempt = 1; await isWorkflowOpen(client, batchWorkflowId(batch.id)); attempt++) {
    if (attempt === closingAttempts) throw new Error('the last run of the batch does not close');
    await sleep(closingPauseMs);
  }
  await startBatchProcessing(client, taskQueue, batch);
}

/**
 * Starts the workflow of a batch. One that runs already, or was completed before, is as good;
 * a failed, cancelled or terminated one is started again.
 */
export async function startBatchProcessing(
  client: Client,
  taskQueue: string,
  batch: BatchToStart,
): Promise<void> {
  const start = () =>
    client.workflow.start<typeof BatchProcessingWorkflow>('BatchProcessingWorkflow', {
      workflowId: batchWorkflowId(batch.id),
      taskQueue,
      args: [{ batchId: batch.id, transactionCount: batch.transactionCount }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: `${batch.transactionCount} transactions`,
      staticDetails:
        batch.requestId === null ? undefined : `Request ${markdownCode(batch.requestId)}`,
      memo: { transaction_count: batch.transactionCount, request_id: batch.requestId },
      typedSearchAttributes: [{ key: batchStatus, value: 'pending' }],
    });
  try {
    await client.withDeadline(Date.now() + callTimeoutMs, start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Whether a run of the workflow that holds the batch is open. */
export const isBatchProcessing = (
  client: Client,
  batch: { id: string; workflowId: string | null },
): Promise<boolean> => isWorkflowOpen(client, workflowIdOf(batch));

/** A client's text must not become markup in the UI. */
const markdownCode = (text: string): string => `\`${text.replaceAll('`', "'")}\``;
