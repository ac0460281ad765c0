import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Acceptance } from '../db/models/acceptance.ts';
import { countOpenBefore } from '../db/suggestions/count-open-before.ts';
import { maxRunningAcceptances } from '../domain/acceptance.ts';
import { failureTypes } from '../domain/failure-types.ts';
import type { AcceptanceInput } from './advance-acceptance.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The longest pause before an acceptance asks again. */
const maxPauseSeconds = 5;

/**
 * Returns when few acceptances are before this one, or it is doing something else. Until then it throws AcceptanceWaits,
 * so that Temporal tries again: nothing waits inside a worker, and the history does not grow.
 */
export async function awaitAcceptanceTurn(
  { database }: ActivityDependencies,
  { id, status }: AcceptanceInput,
): Promise<void> {
  const acceptance = await Acceptance.query(database).findById(id);
  if (acceptance?.status !== status) return;
  const openBefore = await countOpenBefore(database, id);
  if (openBefore < maxRunningAcceptances) return;
  const place = openBefore - maxRunningAcceptances + 1;
  throw ApplicationFailure.create({
    type: failureTypes.acceptanceWaits,
    message: `Other acceptances run. This one waits for its turn, at place ${place}.`,
    nextRetryDelay: `${Math.min(place, maxPauseSeconds)}s`,
    category: ApplicationFailureCategory.BENIGN,
  });
}
