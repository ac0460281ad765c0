import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';

export const sweepScheduleId = 'pending-batch-sweep';

/**
 * Creates the schedule of the sweep, or brings it up to date; safe to repeat, from any number of
 * workers. Whether an operator has paused it stays as it is.
 */
export async function ensureSweepSchedule(
  client: Client,
  taskQueue: string,
  intervalSeconds: number,
): Promise<void> {
  const options = {
    scheduleId: sweepScheduleId,
    spec: { intervals: [{ every: intervalSeconds * 1000 }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'PendingBatchSweepWorkflow',
      workflowId: sweepScheduleId,
      taskQueue,
      args: [],
      // With overlap SKIP a sweep that hangs would block all later ones.
      workflowRunTimeout: '4m',
      staticSummary: 'Starts what never got started, repairs what was terminated',
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      // After an outage one sweep is enough; the default would make up for a year.
      catchupWindow: '10m',
    },
  } satisfies ScheduleOptions;
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule
      .getHandle(sweepScheduleId)
      .update((previous) => ({ ...previous, ...options, state: previous.state }));
  }
}
