import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';

export const languageModelScheduleId = 'language-model';

/**
 * Creates the schedule of the language model, or brings it up to date; safe to repeat, from any number of workers.
 * Whether an operator has paused it stays as it is.
 */
export async function ensureLanguageModelSchedule(
  client: Client,
  taskQueue: string,
  intervalSeconds: number,
): Promise<void> {
  const options = {
    scheduleId: languageModelScheduleId,
    spec: { intervals: [{ every: intervalSeconds * 1000 }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'LanguageModelWorkflow',
      workflowId: languageModelScheduleId,
      taskQueue,
      args: [],
      // With overlap SKIP a run that hangs would block all later ones.
      workflowRunTimeout: '24h',
      staticSummary: 'Asks a language model about merchants without a category',
    },
    policies: {
      // Two at once would share the tokens of the day, and gain nothing.
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
      .getHandle(languageModelScheduleId)
      .update((previous) => ({ ...previous, ...options, state: previous.state }));
  }
}
