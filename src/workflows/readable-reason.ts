import { ActivityFailure } from '@temporalio/common';

/**
 * The reason of a failure for people: the message of the last attempt.
 *
 * @param what says what failed
 */
export function readableReason(error: unknown, what = 'Processing failed'): string {
  const last = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return `${what}: ${last instanceof Error ? last.message : String(last)}`;
}
