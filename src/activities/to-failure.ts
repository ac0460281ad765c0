import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isDatabaseUnavailable } from '../db/connection/errors.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { summarizeError } from '../error-reports/describe-error.ts';

/**
 * An error as Temporal may keep it, and as the reason of a failed batch. A message may quote a row, so none gets
 * through; the log has it.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (isDatabaseUnavailable(error)) {
    return ApplicationFailure.create({
      type: failureTypes.databaseUnavailable,
      message: 'The database is away.',
    });
  }
  return ApplicationFailure.create({
    type: failureTypes.activityFailed,
    message: summarizeError(error),
  });
}
