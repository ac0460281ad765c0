import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { AcceptanceInput } from '../activities/advance-acceptance.ts';
import type { Activities } from '../activities/create-activities.ts';
import type { AcceptanceCounts } from '../activities/end-acceptance.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { readableReason } from './readable-reason.ts';
import { waitForDatabase } from './wait-for-database.ts';

/** It is tried until it is this acceptance's turn. */
const { awaitAcceptanceTurn } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

const { advanceAcceptance } = proxyActivities<Activities>({
  // Some seconds of work, and the locks that it waits for.
  startToCloseTimeout: '1h',
  // A worker that was killed is noticed after this.
  heartbeatTimeout: '10s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '30s',
    maximumAttempts: 6,
  },
});

/** An acceptance must not stay open, so marking its end is tried for as long as it takes. */
const { endAcceptance } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Sets the rows of accepted suggestions by hand, or gives them back. Which rows, and how far it has come, is in the
 * database; whatever ends it leaves the rows already done as they are, and says there how it ended.
 */
export async function AcceptanceWorkflow(input: AcceptanceInput): Promise<AcceptanceCounts> {
  try {
    await advance(input);
    return await end(input, null);
  } catch (error) {
    if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
    const reason = isCancellation(error) ? 'It was cancelled.' : readableReason(error);
    await CancellationScope.nonCancellable(() => end(input, reason));
    if (isCancellation(error)) throw error;
    // An error that is not a failure would fail the workflow task, which is then tried for ever.
    throw ApplicationFailure.create({
      message: reason,
      type: failureTypes.acceptanceFailed,
      nonRetryable: true,
    });
  }
}

/** Between two activities, those of batches and other acceptances have their turn. */
async function advance(input: AcceptanceInput): Promise<void> {
  const summary = input.status === 'running' ? 'Set rows by hand' : 'Give rows back';
  for (let goesOn = true; goesOn; ) {
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof AcceptanceWorkflow>(input);
    await awaitAcceptanceTurn.executeWithOptions({ summary: 'Wait for its turn' }, [input]);
    goesOn = await waitForDatabase(() =>
      advanceAcceptance.executeWithOptions({ summary }, [input]),
    );
  }
}

async function end(input: AcceptanceInput, reason: string | null): Promise<AcceptanceCounts> {
  const summary = reason === null ? 'Mark ended' : 'Mark failed';
  const counts = await endAcceptance.executeWithOptions({ summary }, [{ ...input, reason }]);
  setCurrentDetails(
    `${counts.changedCount} transactions set by hand, ${counts.undoneCount} given back`,
  );
  return counts;
}
