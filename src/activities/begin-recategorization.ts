import { ApplicationFailure } from '@temporalio/common';
import { markRecategorizationProcessing } from '../db/recategorizations/mark-recategorization.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { hasEnded } from '../domain/recategorization.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The ids of the rows to look at; null when the run has ended before it began. Throws RecategorizationNotFound. */
export async function beginRecategorization(
  { database }: ActivityDependencies,
  { id, runId }: { id: string; runId: string },
): Promise<{ firstId: number; lastId: number } | null> {
  const run = await markRecategorizationProcessing(database, id, runId);
  if (run === null) {
    throw ApplicationFailure.create({
      type: failureTypes.recategorizationNotFound,
      message: 'There is no such recategorization.',
      nonRetryable: true,
    });
  }
  if (hasEnded(run.status)) return null;
  return { firstId: run.firstTransactionId ?? 1, lastId: run.lastTransactionId ?? 0 };
}
