import type { Transaction } from '../connection/database.ts';

/**
 * Lets what was suggested for a category be suggested for another one, into which it is merged: an acceptance can still
 * be undone, no merchant is asked about again, and what was rejected stays rejected.
 */
export async function moveSuggestions(
  trx: Transaction,
  fromId: number,
  toId: number,
): Promise<void> {
  for (const table of ['accepted_suggestions', 'merchant_answers'])
    await trx(table).where({ category_id: fromId }).update({ category_id: toId });
  await trx.raw(
    `INSERT INTO rejected_suggestions (group_id, category_id, rejected_at, rejected_by)
       SELECT group_id, ?, rejected_at, rejected_by FROM rejected_suggestions WHERE category_id = ?
     ON CONFLICT (group_id, category_id) DO NOTHING`,
    [toId, fromId],
  );
}
