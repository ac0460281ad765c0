import { activityInfo } from '@temporalio/activity';
import { reportError } from '../error-reports/report-error.ts';

/** Reports what an activity did not expect, under the names that it has in Temporal. */
export function reportActivityError(error: unknown): void {
  const { activityType, workflowType, workflowExecution } = activityInfo();
  reportError(error, { activityType, workflowType, workflowId: workflowExecution?.workflowId });
}
