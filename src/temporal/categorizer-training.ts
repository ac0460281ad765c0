import type { Client } from '@temporalio/client';
import type { CategorizerTrainingWorkflow } from '../workflows/categorizer-training.ts';
import { callTimeoutMs } from './connection.ts';
import { isWorkflowOpen } from './is-workflow-open.ts';

/** One for all trainings of an installation, so that one runs at a time. Installations may share a namespace. */
export const trainingWorkflowId = (taskQueue: string): string =>
  `categorizer-training-${taskQueue}`;

/** Starts the workflow that trains, or tells the open one that there is a request. */
export async function startTraining(client: Client, taskQueue: string): Promise<void> {
  await client.withDeadline(Date.now() + callTimeoutMs, () =>
    client.workflow.signalWithStart<typeof CategorizerTrainingWorkflow>(
      'CategorizerTrainingWorkflow',
      {
        workflowId: trainingWorkflowId(taskQueue),
        taskQueue,
        args: [],
        signal: 'trainingRequested',
        staticSummary: 'Learns from the categories that people set',
      },
    ),
  );
}

export const isTraining = (client: Client, taskQueue: string): Promise<boolean> =>
  isWorkflowOpen(client, trainingWorkflowId(taskQueue));
