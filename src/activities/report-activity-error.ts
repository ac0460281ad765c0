import { activityInfo } from '@temporalio/activity';
import type { Logger } from 'pino';
import { isExpected, serverAway } from '../error-reports/expected-error.ts';
import { batchIdOf, reportError } from '../error-reports/report-error.ts';

/**
 * Logs and reports what an activity did not expect, under the names that it has in Temporal. Temporal itself gets to
 * know little of it (toFailure), and logs that.
 */
export function reportActivityError(logger: Logger, error: unknown): void {
  const { activityType, attempt, workflowType, workflowExecution } = activityInfo();
  const workflowId = workflowExecution?.workflowId;
  reportError(error, { activityType, workflowType, workflowId });
  if (isExpected(error) || serverAway(error) !== null) return;
  logger.error(
    { err: error, activity: activityType, attempt, workflowId, batch_id: batchIdOf(workflowId) },
    'an activity failed, and nobody expected it',
  );
}
