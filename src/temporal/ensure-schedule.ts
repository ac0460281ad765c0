import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';

/** A workflow that is started again and again, one run at a time. */
export interface RepeatedWorkflow {
  /** The id of the schedule, and of its workflow. */
  id: string;
  workflowType: string;
  taskQueue: string;
  intervalSeconds: number;
  /** A run that hangs would block all later ones. */
  runTimeout: '4m' | '24h';
  staticSummary: string;
}

/**
 * Creates a schedule, or brings it up to date; safe to repeat, from any number of workers. Whether an operator has
 * paused it stays as it is.
 */
export async function ensureSchedule(
  client: Client,
  { id, workflowType, taskQueue, intervalSeconds, runTimeout, staticSummary }: RepeatedWorkflow,
): Promise<void> {
  const options = {
    scheduleId: id,
    spec: { intervals: [{ every: intervalSeconds * 1000 }] },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: id,
      taskQueue,
      args: [],
      workflowRunTimeout: runTimeout,
      staticSummary,
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      // After an outage one run is enough; the default would make up for a year.
      catchupWindow: '10m',
    },
  } satisfies ScheduleOptions;
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule
      .getHandle(id)
      .update((previous) => ({ ...previous, ...options, state: previous.state }));
  }
}
