import type { Database } from '../connection/database.ts';

/** The category of each group that was accepted, by its id. Those of categories that were deleted since are gone. */
export async function acceptedSuggestions(
  database: Database,
  acceptanceId: string,
): Promise<Map<string, number>> {
  const rows = await database('accepted_suggestions')
    .where({ acceptance_id: acceptanceId })
    .select<{ groupId: string; categoryId: number }[]>('group_id', 'category_id');
  return new Map(rows.map(({ groupId, categoryId }) => [groupId, categoryId]));
}
