import { types } from 'node:util';
import { reportError } from './report-error.ts';

/** What Temporal's SDK logs about beside the message. */
interface TemporalLogFields {
  error?: unknown;
  workflowType?: string;
  workflowId?: string;
  activityType?: string;
}

/**
 * Reports the error of a warning of Temporal's SDK: a workflow that failed, or whose code has thrown. Activities report
 * their errors before they become what Temporal may keep. Of the server, the SDK logs texts and no errors.
 */
export function reportTemporalLog(fields: TemporalLogFields = {}): void {
  const { error, workflowType, workflowId, activityType } = fields;
  if (activityType !== undefined || !types.isNativeError(error)) return;
  // Of a failure, the thread of workflows lets message and stack through, and no type.
  const reported = workflowType === undefined ? error : workflowFailed(error);
  reportError(reported, { workflowType, workflowId });
}

/** Without a stack, which would be of this file. */
const workflowFailed = (cause: Error): Error =>
  Object.assign(new Error('', { cause }), { name: 'WorkflowFailed', stack: undefined });
