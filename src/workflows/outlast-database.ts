import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { setCurrentDetails, sleep } from '@temporalio/workflow';
import { failureTypes } from '../domain/failure-types.ts';

/** Pause before the database is tried again, once an activity has given up on it. */
const databasePauseMs = 15_000;
/** After this long without the database the work counts as failed. */
const databasePatienceMs = 24 * 3_600_000;

/** A database that is away is no fault of the work: its steps wait, visibly, until it is back. */
export async function outlastDatabase<Result>(step: () => Promise<Result>): Promise<Result> {
  for (let waitedMs = 0; ; waitedMs += databasePauseMs) {
    try {
      return await step();
    } catch (error) {
      if (causeType(error) !== failureTypes.databaseUnavailable || waitedMs >= databasePatienceMs)
        throw error;
      setCurrentDetails('The database is away; waiting for it');
      await sleep(databasePauseMs, { summary: 'Wait for the database' });
    }
  }
}

const causeType = (error: unknown): string | null | undefined =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure
    ? error.cause.type
    : undefined;
