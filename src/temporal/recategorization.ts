import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { RecategorizationWorkflow } from '../workflows/recategorization.ts';
import { callTimeoutMs } from './connection.ts';
import { isWorkflowOpen } from './is-workflow-open.ts';

export const recategorizationWorkflowId = (id: string): string => `recategorization-${id}`;

/** Starts the workflow. One that runs already, or was completed before, is as good. */
export async function startRecategorization(
  client: Client,
  taskQueue: string,
  id: string,
): Promise<void> {
  const start = () =>
    client.workflow.start<typeof RecategorizationWorkflow>('RecategorizationWorkflow', {
      workflowId: recategorizationWorkflowId(id),
      taskQueue,
      args: [{ id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: 'Applies the patterns to transactions that were processed before',
    });
  try {
    await client.withDeadline(Date.now() + callTimeoutMs, start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

export const isRecategorizing = (client: Client, id: string): Promise<boolean> =>
  isWorkflowOpen(client, recategorizationWorkflowId(id));

/** Lets the open run of the workflow, if there is one, end at its next step. */
export async function cancelRecategorization(client: Client, id: string): Promise<void> {
  const handle = client.workflow.getHandle(recategorizationWorkflowId(id));
  try {
    await client.withDeadline(Date.now() + callTimeoutMs, () => handle.cancel());
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
