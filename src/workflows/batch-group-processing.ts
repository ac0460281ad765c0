import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { readableReason } from './readable-reason.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface BatchGroupProcessingInput {
  batchIds: string[];
}

export interface BatchGroupProcessingResult {
  /** Batches that this run has completed. */
  batchCount: number;
  /** Rows of these. */
  completedCount: number;
  /** Batches that have got a run of their own, `batch-<id>`, since they could not be completed here. */
  separateBatchIds: string[];
}

const { processBatchGroup } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A worker that was killed is noticed after this.
  heartbeatTimeout: '10s',
  // Few attempts are enough, because a batch that fails here is tried again in a run of its own.
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** No batch must stay in processing, so these are tried for as long as it takes. */
const { startBatchesIndividually, failBatchGroup } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Processes small batches that arrived in a burst, all in one activity, since a run each costs Temporal
 * far more than their rows cost the database. Each keeps its own status. One that can't be completed
 * holds up no other: it gets a run of its own, which tries again, and fails it in the end. Cancelled, it
 * leaves the batches that are not done `failed` with a reason.
 */
export async function BatchGroupProcessingWorkflow({
  batchIds,
}: BatchGroupProcessingInput): Promise<BatchGroupProcessingResult> {
  const { workflowId, runId } = workflowInfo();
  try {
    const result = await processTogether(batchIds, { workflowId, runId });
    const { separateBatchIds } = result;
    if (separateBatchIds.length > 0) {
      await startBatchesIndividually.executeWithOptions(
        { summary: `${separateBatchIds.length} batches by themselves` },
        [{ batchIds: separateBatchIds }],
      );
    }
    setCurrentDetails(`${result.batchCount} of ${batchIds.length} batches done`);
    return result;
  } catch (error) {
    if (isCancellation(error)) {
      const reason = 'The processing was cancelled.';
      await CancellationScope.nonCancellable(() =>
        failBatchGroup.executeWithOptions({ summary: 'Mark batches failed' }, [
          { batchIds, workflowId, reason },
        ]),
      );
      setCurrentDetails(reason);
      throw error;
    }
    // An error that is not a failure would fail the workflow task, which is then tried for ever.
    throw ApplicationFailure.create({
      message: readableReason(error),
      type: failureTypes.batchFailed,
      nonRetryable: true,
    });
  }
}

async function processTogether(
  batchIds: string[],
  run: { workflowId: string; runId: string },
): Promise<BatchGroupProcessingResult> {
  const summary = `All ${batchIds.length} batches`;
  try {
    return await waitForDatabase(() =>
      processBatchGroup.executeWithOptions({ summary }, [{ batchIds, ...run }]),
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    // One of the batches may have killed the worker each time.
    return { batchCount: 0, completedCount: 0, separateBatchIds: batchIds };
  }
}
