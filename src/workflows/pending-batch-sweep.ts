import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';

export interface SweepResult {
  /** Pending batches that were started. */
  startedCount: number;
  /** "Processing" batches whose workflow had vanished, started again. */
  repairedCount: number;
  /** Recategorizations that had no workflow, started again. */
  recategorizationCount: number;
  /** Acceptances of suggestions that had no workflow, started again. */
  acceptanceCount: number;
  /** Answers to idempotency keys that had expired. */
  expiredKeyCount: number;
}

/**
 * Less than the four minutes that a run may take in all: the schedule skips runs while one is open,
 * so a sweep that hangs would block all later ones. The next sweep goes on where this one stopped.
 */
const {
  sweepBatches,
  sweepRecategorizations,
  sweepAcceptances,
  sweepTrainings,
  deleteExpiredIdempotencyKeys,
} = proxyActivities<Activities>({
  startToCloseTimeout: '90s',
  heartbeatTimeout: '20s',
  scheduleToCloseTimeout: '100s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '15s',
    maximumAttempts: 5,
  },
});

/** Run by a schedule: starts what never got started, repairs what was terminated, and tidies up. */
export async function PendingBatchSweepWorkflow(): Promise<SweepResult> {
  const batches = await sweepBatches.executeWithOptions(
    { summary: 'Start and repair batches' },
    [],
  );
  const recategorizationCount = await sweepRecategorizations.executeWithOptions(
    { summary: 'Start recategorizations without a workflow' },
    [],
  );
  const acceptanceCount = await sweepAcceptances.executeWithOptions(
    { summary: 'Start acceptances without a workflow' },
    [],
  );
  await sweepTrainings.executeWithOptions({ summary: 'Request and start trainings' }, []);
  const expiredKeyCount = await deleteExpiredIdempotencyKeys.executeWithOptions(
    { summary: 'Delete expired idempotency keys' },
    [],
  );
  return { ...batches, recategorizationCount, acceptanceCount, expiredKeyCount };
}
