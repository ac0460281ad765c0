import { ActivityFailure } from '@temporalio/common';

/** The reason of a failure for people: the message of the last attempt. */
export function readableReason(error: unknown): string {
  const last = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return `Processing failed: ${last instanceof Error ? last.message : String(last)}`;
}
