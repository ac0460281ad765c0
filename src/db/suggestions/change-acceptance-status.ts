import type { AcceptanceStatus, OpenAcceptanceStatus } from '../../domain/acceptance.ts';
import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import { worker } from '../audit/worker-actor.ts';
import type { Database } from '../connection/database.ts';
import { Acceptance } from '../models/acceptance.ts';

/**
 * Lets an acceptance be undone. From the commit on its workflow sets no more rows. Null for one that is being undone, or
 * was undone before.
 */
export async function beginUndoing(
  database: Database,
  actor: Actor,
  id: string,
): Promise<Acceptance | null> {
  return database.transaction(async (trx) => {
    const begun = await Acceptance.query(trx)
      .patch({ status: 'undoing', nextTransactionId: 0, failureReason: null, finishedAt: null })
      .where({ id })
      .whereIn('status', ['running', 'completed', 'failed'])
      .returning('*')
      .first();
    if (begun === undefined) return null;
    await recordChange(trx, actor, { action: 'undo', resource: 'acceptances', resourceId: id });
    return begun;
  });
}

/** Ends what an acceptance is doing. Null when it is doing something else by now. */
export async function endAcceptance(
  database: Database,
  id: string,
  from: OpenAcceptanceStatus,
  status: Exclude<AcceptanceStatus, OpenAcceptanceStatus>,
  reason: string | null = null,
): Promise<Acceptance | null> {
  return database.transaction(async (trx) => {
    const ended = await Acceptance.query(trx)
      .patch({ status, failureReason: reason, finishedAt: new Date() })
      .where({ id, status: from })
      .returning('*')
      .first();
    if (ended === undefined) return null;
    const { changedCount, undoneCount, failureReason } = ended;
    await recordChange(trx, worker, {
      action: 'end',
      resource: 'acceptances',
      resourceId: id,
      after: { status, failureReason, changedCount, undoneCount },
    });
    return ended;
  });
}
