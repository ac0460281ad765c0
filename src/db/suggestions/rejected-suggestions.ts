import type { Actor } from '../../domain/actor.ts';
import { badField } from '../../domain/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { isForeignKeyViolation } from '../connection/errors.ts';
import { allMerchants } from './move-suggestions.ts';
import { maxLoggedCharacters, type SuggestedCategory } from './suggested-category.ts';

/** The categories that are not suggested again, by the ids of the groups. */
export async function listRejected(
  database: Database,
  groupIds: readonly string[],
): Promise<Map<string, Set<number>>> {
  const rows = await database('rejected_suggestions')
    .whereRaw('group_id = ANY (?)', [groupIds as string[]])
    .select<{ groupId: string; categoryId: number }[]>('group_id', 'category_id');
  const rejected = new Map<string, Set<number>>();
  for (const { groupId, categoryId } of rows) {
    const ofGroup = rejected.get(groupId) ?? new Set();
    rejected.set(groupId, ofGroup.add(categoryId));
  }
  return rejected;
}

/**
 * Remembers that a category is not suggested for a group again. The language model's answers about its merchants do not
 * count, neither those that there are nor those that come. Throws ApiError for a category that does not exist.
 */
export async function rejectSuggestion(
  database: Database,
  actor: Actor,
  rejectedBy: string,
  { groupId, groupName, categoryId }: SuggestedCategory,
  merchants: readonly string[],
): Promise<void> {
  const reject = database.transaction(async (trx) => {
    await trx('rejected_suggestions')
      .insert({
        group_id: groupId,
        category_id: categoryId,
        merchants: merchants as string[],
        rejected_by: rejectedBy,
      })
      .onConflict(['group_id', 'category_id'])
      .merge({ merchants: trx.raw(allMerchants) });
    await trx('merchant_answers')
      .whereRaw('merchant = ANY (?)', [merchants as string[]])
      .where({ category_id: categoryId })
      .update({ is_rejected: true });
    await recordChange(trx, actor, {
      action: 'reject',
      resource: 'suggestions',
      resourceId: groupId,
      after: { groupName: groupName.slice(0, maxLoggedCharacters), categoryId },
    });
  });
  await reject.catch((error: unknown) => {
    if (isForeignKeyViolation(error)) throw badField('/category_id', 'is not the id of a category');
    throw error;
  });
}
