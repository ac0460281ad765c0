import {
  CancellationScope,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';
import { readableReason } from './readable-reason.ts';
import { waitForDatabase } from './wait-for-database.ts';

/** Somebody has requested a training. */
export const trainingRequested = defineSignal('trainingRequested');

const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 6,
} as const;

const { beginTrainings } = proxyActivities<Activities>({ startToCloseTimeout: '30s', retry });

const { trainCategorizers } = proxyActivities<Activities>({
  // 200,000 rows of some hundred categories take half an hour on a slow machine.
  startToCloseTimeout: '3h',
  // A worker that was killed is noticed after this. Another one trains from the start.
  heartbeatTimeout: '15s',
  retry,
});

/** A training must not stay open, so marking its end is tried for as long as it takes. */
const { failTrainings } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Trains the categorizers, one training at a time, until no request is open. A request that comes while one training
 * runs waits for the next one, which has its labels.
 */
export async function CategorizerTrainingWorkflow(): Promise<void> {
  let isRequested = true;
  setHandler(trainingRequested, () => {
    isRequested = true;
  });
  while (isRequested) {
    isRequested = false;
    for (let ids = await begin(); ids.length > 0; ids = await begin()) {
      await train(ids);
      if (workflowInfo().continueAsNewSuggested)
        await continueAsNew<typeof CategorizerTrainingWorkflow>();
    }
  }
}

const begin = (): Promise<string[]> =>
  waitForDatabase(() =>
    beginTrainings.executeWithOptions({ summary: 'Collect the open requests' }, []),
  );

async function train(ids: string[]): Promise<void> {
  setCurrentDetails(`Training for ${ids.length} requests`);
  try {
    const outcome = await waitForDatabase(() =>
      trainCategorizers.executeWithOptions({ summary: 'Train' }, [{ ids }]),
    );
    setCurrentDetails(`The last training ended: ${outcome}`);
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => fail(ids, 'The training was cancelled.'));
      throw error;
    }
    await fail(ids, readableReason(error, 'The training failed'));
  }
}

const fail = (ids: string[], reason: string): Promise<void> =>
  failTrainings.executeWithOptions({ summary: 'Mark failed' }, [{ ids, reason }]);
