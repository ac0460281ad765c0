import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describeDatabaseError, isDatabaseUnavailable } from '../db/connection/errors.ts';
import { failureTypes } from '../domain/failure-types.ts';

/**
 * An error as Temporal may keep it. PostgreSQL's messages and details quote row values, so of its
 * errors only the code and the constraint get through; the log has the rest.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (isDatabaseUnavailable(error)) {
    return ApplicationFailure.create({
      type: failureTypes.databaseUnavailable,
      message: 'The database is away.',
    });
  }
  return ApplicationFailure.create({ type: failureTypes.activityFailed, message: describe(error) });
}

function describe(error: unknown): string {
  const database = describeDatabaseError(error);
  if (database !== null) {
    const { code, constraint } = database;
    return `database error ${code}${constraint === undefined ? '' : ` on ${constraint}`}`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}
