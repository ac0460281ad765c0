import type { Database } from '../connection/database.ts';
import type { AcceptedSuggestion } from './create-acceptance.ts';

/** The category of each group that was accepted. Those of categories that were deleted since are gone. */
export async function acceptedSuggestions(
  database: Database,
  acceptanceId: string,
): Promise<Map<string, number>> {
  const rows = await database('accepted_suggestions')
    .where({ acceptance_id: acceptanceId })
    .select<AcceptedSuggestion[]>('group_name', 'category_id');
  return new Map(rows.map(({ groupName, categoryId }) => [groupName, categoryId]));
}
