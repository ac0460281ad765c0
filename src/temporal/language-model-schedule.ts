import type { Client } from '@temporalio/client';
import { ensureSchedule } from './ensure-schedule.ts';

export const languageModelScheduleId = 'language-model';

/** Two runs at once would share the tokens of the day, and gain nothing. */
export const ensureLanguageModelSchedule = (
  client: Client,
  taskQueue: string,
  intervalSeconds: number,
): Promise<void> =>
  ensureSchedule(client, {
    id: languageModelScheduleId,
    workflowType: 'LanguageModelWorkflow',
    taskQueue,
    intervalSeconds,
    runTimeout: '24h',
    staticSummary: 'Asks a language model about merchants without a category',
  });
