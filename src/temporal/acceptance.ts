import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { OpenAcceptanceStatus } from '../domain/acceptance.ts';
import type { AcceptanceWorkflow } from '../workflows/acceptance.ts';
import { callTimeoutMs } from './connection.ts';
import { isWorkflowOpen } from './is-workflow-open.ts';

/** An acceptance, and what its workflow does. */
export interface AcceptanceToStart {
  id: string;
  status: OpenAcceptanceStatus;
}

/** Undoing has a workflow of its own, since it may begin while the other one is about to end. */
export const acceptanceWorkflowId = ({ id, status }: AcceptanceToStart): string =>
  status === 'running' ? `acceptance-${id}` : `acceptance-${id}-undo`;

/** Starts the workflow. One that runs already, or was completed before, is as good. */
export async function startAcceptance(
  client: Client,
  taskQueue: string,
  acceptance: AcceptanceToStart,
): Promise<void> {
  const { id, status } = acceptance;
  const start = () =>
    client.workflow.start<typeof AcceptanceWorkflow>('AcceptanceWorkflow', {
      workflowId: acceptanceWorkflowId(acceptance),
      taskQueue,
      args: [{ id, status }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary:
        status === 'running'
          ? 'Sets the rows of accepted suggestions by hand'
          : 'Gives the rows of accepted suggestions back',
    });
  try {
    await client.withDeadline(Date.now() + callTimeoutMs, start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

export const isAccepting = (client: Client, acceptance: AcceptanceToStart): Promise<boolean> =>
  isWorkflowOpen(client, acceptanceWorkflowId(acceptance));
