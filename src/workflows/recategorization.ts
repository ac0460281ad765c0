import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';
import type { RecategorizationCounts } from '../activities/end-recategorization.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { readableReason } from './readable-reason.ts';
import { runInParallel } from './run-in-parallel.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface RecategorizationInput {
  id: string;
  /** Where an earlier run of the same workflow stopped, when it continued as new. */
  resume?: { nextId: number };
}

/** Ids that one activity owns: some seconds of work. */
const idsPerActivity = 50_000;
/** Low, since people wait for new batches, and not for old rows. */
const maxConcurrentActivities = 2;

const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 6,
} as const;

const { beginRecategorization } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry,
});

const { recategorizeRange } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A worker that was killed is noticed after this.
  heartbeatTimeout: '10s',
  retry,
});

/** A recategorization must not stay open, so marking its end is tried for as long as it takes. */
const { endRecategorization } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Applies the present patterns to rows that were processed before, in ranges of their ids. Which rows,
 * and how far it has come, is in the database; whatever ends it leaves the rows already done as they
 * are, and says there how it ended.
 */
export async function RecategorizationWorkflow(
  input: RecategorizationInput,
): Promise<RecategorizationCounts> {
  const { id } = input;
  try {
    await applyPatterns(input);
    return await end({ id, status: 'completed' });
  } catch (error) {
    if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => end({ id, status: 'cancelled' }));
      throw error;
    }
    const reason = readableReason(error);
    await end({ id, status: 'failed', reason });
    // An error that is not a failure would fail the workflow task, which is then tried for ever.
    throw ApplicationFailure.create({
      message: reason,
      type: failureTypes.recategorizationFailed,
      nonRetryable: true,
    });
  }
}

async function applyPatterns({ id, resume }: RecategorizationInput): Promise<void> {
  const { runId } = workflowInfo();
  const range = await waitForDatabase(() =>
    beginRecategorization.executeWithOptions({ summary: 'Mark processing' }, [{ id, runId }]),
  );
  if (range === null) return;
  const { lastId } = range;
  let nextId = resume?.nextId ?? range.firstId;
  let isStopped = false;
  await runInParallel(maxConcurrentActivities, async () => {
    while (nextId <= lastId && !isStopped && !workflowInfo().continueAsNewSuggested) {
      const firstId = nextId;
      const rangeEnd = Math.min(firstId + idsPerActivity - 1, lastId);
      nextId = rangeEnd + 1;
      const summary = `Ids ${firstId} to ${rangeEnd}`;
      const goesOn = await waitForDatabase(() =>
        recategorizeRange.executeWithOptions({ summary }, [{ id, firstId, lastId: rangeEnd }]),
      );
      if (!goesOn) isStopped = true;
      setCurrentDetails(`Ids up to ${rangeEnd} of ${lastId} done`);
    }
  });
  if (nextId <= lastId && !isStopped)
    await continueAsNew<typeof RecategorizationWorkflow>({ id, resume: { nextId } });
}

async function end(
  input: Parameters<Activities['endRecategorization']>[0],
): Promise<RecategorizationCounts> {
  const counts = await endRecategorization.executeWithOptions({ summary: `Mark ${input.status}` }, [
    input,
  ]);
  setCurrentDetails(
    `${counts.changedCount} transactions changed, ${counts.unchangedCount} unchanged, ${counts.keptCount} kept as set by hand`,
  );
  return counts;
}
