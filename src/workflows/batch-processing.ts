import {
  ApplicationFailure,
  defineSearchAttributeKey,
  SearchAttributeType,
} from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { batchStatusAttribute } from '../domain/search-attribute.ts';
import type { Status } from '../domain/status.ts';
import { readableReason } from './readable-reason.ts';
import { runInParallel } from './run-in-parallel.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface BatchProcessingInput {
  batchId: string;
  transactionCount: number;
  /** Where an earlier run of the same workflow stopped, when it continued as new. */
  resume?: { nextId: number };
}

export interface BatchProcessingResult {
  completedCount: number;
  categorizedCount: number;
}

/** A batch of no more rows is done in a single activity. */
const maxRowsAtOnce = 10_000;
/** How many ids one activity owns at most: enough to make the round trip to it cheap, and few enough to lose little with a worker. */
const maxIdsPerActivity = 25_000;
/**
 * Activities of one batch at a time: while one waits for the database the other categorizes. More would
 * crowd out other batches.
 */
const maxConcurrentActivities = 2;

const batchStatus = defineSearchAttributeKey(batchStatusAttribute, SearchAttributeType.KEYWORD);

export const progressQuery = defineQuery<{ rowCount: number; doneCount: number }>('progress');

/** Short steps on single rows. */
const { beginBatch, completeBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '30s',
    maximumAttempts: 6,
  },
});

const { categorizeRange, processWholeBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A worker that was killed is noticed after this.
  heartbeatTimeout: '10s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '30s',
    maximumAttempts: 6,
  },
});

/** A batch must not stay in processing, so marking it failed is tried for as long as it takes. */
const { failBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const { failRows } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
});

/**
 * Categorizes the rows of one batch: mark processing, then chunks in parallel, then mark
 * completed; a small batch all at once. Rows never enter the history, only ranges of their ids and
 * counts. Whatever ends it short of success leaves the batch `failed` with a reason, and the rows
 * already done as they are.
 */
export async function BatchProcessingWorkflow(
  input: BatchProcessingInput,
): Promise<BatchProcessingResult> {
  try {
    return await processBatch(input);
  } catch (error) {
    if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
    const reason = isCancellation(error) ? 'The processing was cancelled.' : readableReason(error);
    await CancellationScope.nonCancellable(() => markFailed(input.batchId, reason));
    setCurrentDetails(reason);
    if (isCancellation(error)) throw error;
    // An error that is not a failure would fail the workflow task, which is then tried for ever.
    throw ApplicationFailure.create({
      message: reason,
      type: failureTypes.batchFailed,
      nonRetryable: true,
    });
  }
}

async function processBatch(input: BatchProcessingInput): Promise<BatchProcessingResult> {
  // Each activity is a round trip to the server, which for a small batch costs more than the work.
  const result =
    input.transactionCount <= maxRowsAtOnce
      ? await processAtOnce(input)
      : await processInParallel(input);
  showStatus('completed');
  setCurrentDetails(
    `${result.completedCount} transactions done, ${result.categorizedCount} of them categorized`,
  );
  return result;
}

async function processAtOnce({
  batchId,
  transactionCount,
}: BatchProcessingInput): Promise<BatchProcessingResult> {
  const { runId } = workflowInfo();
  let doneCount = 0;
  setHandler(progressQuery, () => ({ rowCount: transactionCount, doneCount }));
  const summary = `All ${transactionCount} rows`;
  const result = await waitForDatabase(() =>
    processWholeBatch.executeWithOptions({ summary }, [{ batchId, runId }]),
  );
  doneCount = result.completedCount;
  return result;
}

async function processInParallel({
  batchId,
  transactionCount,
  resume,
}: BatchProcessingInput): Promise<BatchProcessingResult> {
  const { runId } = workflowInfo();
  const range = await waitForDatabase(() =>
    beginBatch.executeWithOptions({ summary: 'Mark processing' }, [{ batchId, runId }]),
  );
  showStatus('processing');
  let doneCount = range.completedCount;
  setHandler(progressQuery, () => ({ rowCount: range.rowCount, doneCount }));

  let nextId = resume?.nextId ?? range.firstId;
  const idsPerActivity = evenIdCount(range.lastId - range.firstId + 1);
  await runInParallel(maxConcurrentActivities, async () => {
    while (nextId <= range.lastId && !workflowInfo().continueAsNewSuggested) {
      const firstId = nextId;
      const lastId = Math.min(firstId + idsPerActivity - 1, range.lastId);
      nextId = lastId + 1;
      const summary = `Rows ${firstId - range.firstId + 1} to ${lastId - range.firstId + 1}`;
      const changedCount = await waitForDatabase(() =>
        categorizeRange.executeWithOptions({ summary }, [{ batchId, firstId, lastId }]),
      );
      // Not `+= await`, which would read the sum before the other activities have added to it.
      doneCount += changedCount;
      setCurrentDetails(`${doneCount} of ${range.rowCount} transactions done`);
    }
  });
  if (nextId <= range.lastId)
    await continueAsNew<typeof BatchProcessingWorkflow>({
      batchId,
      transactionCount,
      resume: { nextId },
    });

  return waitForDatabase(() =>
    completeBatch.executeWithOptions({ summary: 'Mark completed' }, [{ batchId }]),
  );
}

/** The most ids that an activity can own where all activities are of one size, so that the last ones end at about the same time. */
function evenIdCount(idCount: number): number {
  const rounds = Math.ceil(idCount / (maxConcurrentActivities * maxIdsPerActivity));
  return Math.ceil(idCount / (maxConcurrentActivities * rounds));
}

async function markFailed(batchId: string, reason: string): Promise<void> {
  await failBatch.executeWithOptions({ summary: 'Mark batch failed' }, [{ batchId, reason }]);
  showStatus('failed');
  // Rows that are not completed count as failed with their batch already. When even this can't be
  // written, the run must end all the same, for a retry waits until it has.
  await failRows
    .executeWithOptions({ summary: 'Mark rows failed' }, [{ batchId }])
    .catch(() => undefined);
}

function showStatus(status: Status): void {
  upsertSearchAttributes([{ key: batchStatus, value: status }]);
}
