import { v7 as uuidV7 } from 'uuid';
import { maxOpenAcceptances } from '../../domain/acceptance.ts';
import type { Actor } from '../../domain/actor.ts';
import { ApiError, badField } from '../../domain/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { isForeignKeyViolation } from '../connection/errors.ts';
import { Acceptance } from '../models/acceptance.ts';
import { idRangeOfTransactions } from '../transactions/id-range-of-transactions.ts';
import { maxLoggedCharacters, type SuggestedCategory } from './suggested-category.ts';

/** With more texts, reading all rows is as fast as looking for each of them. */
const maxTexts = 50;

/** Groups that the audit log names; it counts the others. */
const maxLoggedGroups = 20;

/**
 * Stores an acceptance, whose workflow sets the rows. `texts` are all texts of the groups. Throws ApiError for a category
 * that does not exist, and `conflict` when as many acceptances are open as there may be.
 */
export async function createAcceptance(
  database: Database,
  actor: Actor,
  requestedBy: string,
  suggestions: readonly SuggestedCategory[],
  texts: readonly string[],
): Promise<Acceptance> {
  const create = database.transaction(async (trx) => {
    // Whoever waits for a category that is being removed must not hold the lock that all others wait for.
    await trx('categories')
      .whereRaw('id = ANY (?::integer[])', [
        [...new Set(suggestions.map(({ categoryId }) => categoryId))],
      ])
      .orderBy('id')
      .forKeyShare()
      .select('id');
    // Without the lock, two at once would each count the open acceptances without the other.
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.acceptances})`);
    const openCount = await Acceptance.query(trx)
      .whereIn('status', ['running', 'undoing'])
      .resultSize();
    if (openCount >= maxOpenAcceptances) {
      throw new ApiError(
        'conflict',
        `${maxOpenAcceptances} acceptances are still open. Wait for one to end.`,
      );
    }
    const { first, last } = await idRangeOfTransactions(trx);
    const created = await Acceptance.query(trx)
      .insert({
        id: uuidV7(),
        groupCount: suggestions.length,
        firstTransactionId: first,
        nextTransactionId: first,
        lastTransactionId: last,
        requestedBy,
        texts: texts.length > maxTexts ? null : [...texts],
      })
      .returning('*');
    await trx.raw(
      `INSERT INTO accepted_suggestions (acceptance_id, group_id, category_id)
         SELECT ?, group_id, category_id
           FROM unnest(?::text[], ?::integer[]) AS v (group_id, category_id)`,
      [
        created.id,
        suggestions.map(({ groupId }) => groupId),
        suggestions.map(({ categoryId }) => categoryId),
      ],
    );
    await recordChange(trx, actor, {
      action: 'accept',
      resource: 'acceptances',
      resourceId: created.id,
      after: {
        groupCount: suggestions.length,
        suggestions: suggestions.slice(0, maxLoggedGroups).map(({ groupName, categoryId }) => ({
          groupName: groupName.slice(0, maxLoggedCharacters),
          categoryId,
        })),
      },
    });
    return created;
  });
  return create.catch((error: unknown) => {
    if (isForeignKeyViolation(error)) throw badField('/category_id', 'is not the id of a category');
    throw error;
  });
}
