import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { setCurrentDetails, sleep } from '@temporalio/workflow';
import { failureTypes } from '../domain/failure-types.ts';

/** Pause before the database is tried again, once an activity has given up on it. */
const databasePauseMs = 15_000;
/** How long the work waits for the database before it fails. */
const databasePatienceMs = 24 * 3_600_000;

/**
 * Does the step, and while the database is away waits for it and does the step again. The workflow's details say
 * that it waits: a database that is away is no fault of the work.
 */
export async function waitForDatabase<Result>(step: () => Promise<Result>): Promise<Result> {
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
