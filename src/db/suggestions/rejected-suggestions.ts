import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';

export interface RejectedSuggestion {
  groupName: string;
  categoryId: number;
}

/** The categories that are not suggested again, by the names of the groups. */
export async function listRejected(
  database: Database,
  groupNames: readonly string[],
): Promise<Map<string, Set<number>>> {
  const rows = await database('rejected_suggestions')
    .whereRaw('group_name = ANY (?)', [groupNames as string[]])
    .select<RejectedSuggestion[]>('group_name', 'category_id');
  const rejected = new Map<string, Set<number>>();
  for (const { groupName, categoryId } of rows) {
    const ofGroup = rejected.get(groupName) ?? new Set();
    rejected.set(groupName, ofGroup.add(categoryId));
  }
  return rejected;
}

/** Remembers that a category is not suggested for a group again. */
export async function rejectSuggestion(
  database: Database,
  actor: Actor,
  rejectedBy: string,
  { groupId, groupName, categoryId }: RejectedSuggestion & { groupId: string },
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('rejected_suggestions')
      .insert({ group_name: groupName, category_id: categoryId, rejected_by: rejectedBy })
      .onConflict(['group_name', 'category_id'])
      .ignore();
    await recordChange(trx, actor, {
      action: 'reject',
      resource: 'suggestions',
      resourceId: groupId,
      after: { groupName, categoryId },
    });
  });
}
