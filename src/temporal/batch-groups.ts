import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Logger } from 'pino';
import { batchIdsAttribute } from '../domain/search-attribute.ts';
import { withTraceparent } from '../tracing/traceparent.ts';
import type { BatchGroupProcessingWorkflow } from '../workflows/batch-group-processing.ts';
import { callTimeoutMs } from './connection.ts';
import { type BatchToStart, startBatchProcessing } from './start-batch-processing.ts';
import { traceGroup } from './trace-group.ts';

/** The `id` identifies the group: a start that is repeated has the same one. */
export interface BatchGroup {
  id: string;
  batches: readonly BatchToStart[];
}

export const groupWorkflowId = (groupId: string): string => `batches-${groupId}`;

const batchIds = defineSearchAttributeKey(batchIdsAttribute, SearchAttributeType.KEYWORD_LIST);

/** gRPC's INVALID_ARGUMENT. */
const invalidArgument = 3;

/** Starts small batches that arrived in a burst: several of them in one run of a workflow. */
export class BatchGroups {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #logger: Logger;
  #isRefused = false;

  constructor(client: Client, taskQueue: string, logger: Logger) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#logger = logger;
  }

  /**
   * Starts the group's workflow; one that was started before is as good. Where Temporal refuses it, as
   * it does while the search attribute is not registered, each batch gets a run of its own.
   */
  async start(group: BatchGroup): Promise<void> {
    const [first] = group.batches;
    if (first !== undefined && group.batches.length === 1) return this.#startAlone(first);
    try {
      await traceGroup(group.batches, () =>
        this.#client.withDeadline(Date.now() + callTimeoutMs, () => this.#startTogether(group)),
      );
      this.#isRefused = false;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      if (!isRefusal(error)) throw error;
      if (!this.#isRefused) {
        this.#logger.warn(
          { err: error, attribute: batchIdsAttribute },
          'batches cannot be started together; is the search attribute registered? Starting each by itself',
        );
      }
      this.#isRefused = true;
      for (const batch of group.batches) await this.#startAlone(batch);
    }
  }

  /** As part of the request that sent it, or else of what runs now. */
  #startAlone(batch: BatchToStart): Promise<void> {
    const start = () => startBatchProcessing(this.#client, this.#taskQueue, batch);
    return batch.traceparent === undefined ? start() : withTraceparent(batch.traceparent, start);
  }

  #startTogether({ id, batches }: BatchGroup): Promise<unknown> {
    const transactionCount = batches.reduce((sum, batch) => sum + batch.transactionCount, 0);
    return this.#client.workflow.start<typeof BatchGroupProcessingWorkflow>(
      'BatchGroupProcessingWorkflow',
      {
        workflowId: groupWorkflowId(id),
        taskQueue: this.#taskQueue,
        args: [{ batchIds: batches.map((batch) => batch.id) }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `${batches.length} batches, ${transactionCount} transactions`,
        memo: { batch_count: batches.length, transaction_count: transactionCount },
        typedSearchAttributes: [{ key: batchIds, value: batches.map((batch) => batch.id) }],
      },
    );
  }
}

/** Whether Temporal has refused the arguments. The client wraps the server's error. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === invalidArgument;
}
