import { proxyActivities } from '@temporalio/workflow';
import type { noOp } from './worker.ts';

const activities = proxyActivities<{ noOp: typeof noOp }>({ startToCloseTimeout: '30s' });

/** The least that a workflow a batch can be: one activity, which does nothing. */
export async function EmptyWorkflow(): Promise<void> {
  await activities.noOp();
}
