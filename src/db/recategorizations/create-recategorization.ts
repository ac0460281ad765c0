import { v7 as uuidV7 } from 'uuid';
import type { Actor } from '../../domain/actor.ts';
import { ApiError, badField } from '../../domain/errors.ts';
import { maxOpenRecategorizations } from '../../domain/recategorization.ts';
import { recordChange } from '../audit/record-change.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import { Recategorization } from '../models/recategorization.ts';

type NewRecategorization = Pick<
  Recategorization,
  | 'scope'
  | 'accountId'
  | 'categoryId'
  | 'patternId'
  | 'startDate'
  | 'endDate'
  | 'includeManual'
  | 'requestedBy'
>;

/**
 * Stores a pending run. Throws ApiError for a pattern that does not exist, and `conflict` when as many runs
 * are open as there may be.
 */
export async function createRecategorization(
  database: Database,
  actor: Actor,
  run: NewRecategorization,
): Promise<Recategorization> {
  return database.transaction(async (trx) => {
    const { patternId, requestedBy, ...filters } = run;
    if (patternId !== null && (await CategoryPattern.query(trx).findById(patternId)) === undefined)
      throw badField('/pattern_id', 'is not the id of a pattern');
    // Without the lock, two at once would each count the open runs without the other.
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.recategorizations})`);
    const openCount = await Recategorization.query(trx)
      .whereIn('status', ['pending', 'processing'])
      .resultSize();
    if (openCount >= maxOpenRecategorizations) {
      throw new ApiError(
        'conflict',
        `${maxOpenRecategorizations} recategorizations are still open. Wait for one to end, or cancel one.`,
      );
    }
    const created = await Recategorization.query(trx)
      .insert({ ...run, id: uuidV7() })
      .returning('*');
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'recategorizations',
      resourceId: created.id,
      after: { ...filters, patternId },
    });
    return created;
  });
}
