import type { Transaction } from '../connection/database.ts';

/** The merchants of a group that is rejected once more: those from before, and those that came since. */
export const allMerchants = `ARRAY (
  SELECT unnest(rejected_suggestions.merchants) UNION SELECT unnest(excluded.merchants))`;

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
    `INSERT INTO rejected_suggestions (group_id, category_id, merchants, rejected_at, rejected_by)
       SELECT group_id, ?, merchants, rejected_at, rejected_by FROM rejected_suggestions WHERE category_id = ?
     ON CONFLICT (group_id, category_id) DO UPDATE SET merchants = ${allMerchants}`,
    [toId, fromId],
  );
  // Both may have been said of the same merchant: that it is the one, and that it isn't the other.
  await trx('merchant_answers')
    .where({ category_id: toId, is_rejected: false })
    .whereRaw(
      'merchant IN (SELECT unnest(merchants) FROM rejected_suggestions WHERE category_id = ?)',
      [toId],
    )
    .update({ is_rejected: true });
}
