import type { Actor } from '../../domain/actor.ts';
import type { RecategorizationStatus } from '../../domain/recategorization.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { Recategorization } from '../models/recategorization.ts';
import { idRangeOfTransactions } from '../transactions/id-range-of-transactions.ts';

/**
 * pending → processing, for the rows that exist now. A run that is processing already goes on with the rows that
 * it began with, and one that has ended stays as it is. Null when there is no such run.
 */
export async function markRecategorizationProcessing(
  database: Database,
  id: string,
  runId: string,
): Promise<Recategorization | null> {
  return database.transaction(async (trx) => {
    const found = await Recategorization.query(trx).findById(id).forNoKeyUpdate();
    if (found === undefined) return null;
    if (found.status === 'processing')
      return found.$query(trx).patchAndFetch({ workflowRunId: runId });
    if (found.status !== 'pending') return found;
    const { first, last } = await idRangeOfTransactions(trx);
    return found.$query(trx).patchAndFetch({
      status: 'processing',
      workflowRunId: runId,
      startedAt: new Date(),
      firstTransactionId: first,
      lastTransactionId: last,
    });
  });
}

/** Ends an open run. Null when it has ended already. */
export async function markRecategorizationEnded(
  database: Database,
  id: string,
  status: Extract<RecategorizationStatus, 'completed' | 'failed' | 'cancelled'>,
  reason: string | null = null,
): Promise<Recategorization | null> {
  const ended = await Recategorization.query(database)
    .patch({ status, failureReason: reason, finishedAt: new Date() })
    .where({ id })
    .whereIn('status', ['pending', 'processing'])
    .returning('*')
    .first();
  return ended ?? null;
}

/** Cancels an open run. From the commit on the workflow writes no more rows. Null for one that has ended. */
export async function cancelRecategorization(
  database: Database,
  actor: Actor,
  { id, status }: Recategorization,
): Promise<Recategorization | null> {
  return database.transaction(async (trx) => {
    const run = await markRecategorizationEnded(trx, id, 'cancelled');
    if (run === null) return null;
    await recordChange(trx, actor, {
      action: 'cancel',
      resource: 'recategorizations',
      resourceId: id,
      before: { status },
      after: { status: run.status, changedCount: run.changedCount },
    });
    return run;
  });
}
