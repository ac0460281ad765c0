import { ActivityFailure, TemporalFailure } from '@temporalio/common';
import { knownErrorMessage } from '../domain/known-error-message.ts';

/**
 * The reason of a failure for people: the message of the last attempt.
 *
 * @param what says what failed
 */
export function readableReason(error: unknown, what = 'Processing failed'): string {
  const last = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return `${what}: ${describe(last)}`;
}

/** Failures have messages of ours. Any other error is a defect of a workflow, whose message may quote anything. */
function describe(error: unknown): string {
  if (error instanceof TemporalFailure) return error.message;
  if (!(error instanceof Error)) return 'unknown error';
  return `${error.name}: ${knownErrorMessage(error.message) ?? 'a defect of the workflow'}`;
}
