import { recordChange } from '../db/audit/record-change.ts';
import { worker } from '../db/audit/worker-actor.ts';
import { Recategorization } from '../db/models/recategorization.ts';
import { markRecategorizationEnded } from '../db/recategorizations/mark-recategorization.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface RecategorizationEnd {
  id: string;
  status: 'completed' | 'failed' | 'cancelled';
  reason?: string;
}

export interface RecategorizationCounts {
  changedCount: number;
  unchangedCount: number;
  keptCount: number;
}

/** Marks the run ended, unless it has ended already, and says what it has done. */
export async function endRecategorization(
  { database }: ActivityDependencies,
  { id, status, reason }: RecategorizationEnd,
): Promise<RecategorizationCounts> {
  return database.transaction(async (trx) => {
    const ended = await markRecategorizationEnded(trx, id, status, reason);
    const run = ended ?? (await Recategorization.query(trx).findById(id).throwIfNotFound());
    const { changedCount, unchangedCount, keptCount } = run;
    const counts = { changedCount, unchangedCount, keptCount };
    if (ended !== null) {
      await recordChange(trx, worker, {
        action: 'end',
        resource: 'recategorizations',
        resourceId: id,
        after: {
          status,
          failure_reason: reason ?? null,
          changed_count: changedCount,
          unchanged_count: unchangedCount,
          kept_count: keptCount,
        },
      });
    }
    return counts;
  });
}
