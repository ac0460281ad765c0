import type { Database } from '../connection/database.ts';

/** The ids of the groups that were accepted, without those whose category was deleted since. */
export async function acceptedGroups(
  database: Database,
  acceptanceId: string,
): Promise<Set<string>> {
  const ids: string[] = await database('accepted_suggestions')
    .where({ acceptance_id: acceptanceId })
    .pluck('group_id');
  return new Set(ids);
}

/** A row whose group was accepted. */
export interface RowOfGroup {
  id: number;
  groupId: string;
}

/** Gives rows the categories that were accepted for their groups, as they are now: a category may be merged or deleted. */
export async function withAcceptedCategories(
  database: Database,
  acceptanceId: string,
  rows: readonly RowOfGroup[],
): Promise<{ id: number; categoryId: number }[]> {
  const accepted = await database('accepted_suggestions')
    .where({ acceptance_id: acceptanceId })
    .whereRaw('group_id = ANY (?)', [[...new Set(rows.map(({ groupId }) => groupId))]])
    .select<{ groupId: string; categoryId: number }[]>('group_id', 'category_id');
  const categoryOf = new Map(accepted.map(({ groupId, categoryId }) => [groupId, categoryId]));
  return rows.flatMap(({ id, groupId }) => {
    const categoryId = categoryOf.get(groupId);
    return categoryId === undefined ? [] : [{ id, categoryId }];
  });
}
