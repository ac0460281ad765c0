import { proxyActivities } from '@temporalio/workflow';
import type { noOp } from './worker.ts';

const activities = proxyActivities<{ noOp: typeof noOp }>({ startToCloseTimeout: '30s' });

/** The simplest possible workflow per batch: one activity that does nothing. */
export async function EmptyWorkflow(): Promise<void> {
  await activities.noOp();
}
