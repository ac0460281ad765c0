import { ActivityFailure } from '@temporalio/common';

/** For people: what the last attempt said. */
export function readableReason(error: unknown): string {
  const last = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return `Processing failed: ${last instanceof Error ? last.message : String(last)}`;
}
