import type { Client } from '@temporalio/client';
import { ensureSchedule } from './ensure-schedule.ts';

export const sweepScheduleId = 'pending-batch-sweep';

export const ensureSweepSchedule = (
  client: Client,
  taskQueue: string,
  intervalSeconds: number,
): Promise<void> =>
  ensureSchedule(client, {
    id: sweepScheduleId,
    workflowType: 'PendingBatchSweepWorkflow',
    taskQueue,
    intervalSeconds,
    runTimeout: '4m',
    staticSummary: 'Starts what never got started, repairs what was terminated',
  });
