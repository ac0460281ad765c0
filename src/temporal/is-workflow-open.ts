import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { callTimeoutMs } from './connection.ts';

/** Whether a run of the workflow is open. */
export async function isWorkflowOpen(client: Client, workflowId: string): Promise<boolean> {
  const description = await client
    .withDeadline(Date.now() + callTimeoutMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    )
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
  return description?.status.name === 'RUNNING';
}
