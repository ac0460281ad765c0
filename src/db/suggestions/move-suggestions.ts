import type { Transaction } from '../connection/database.ts';

/**
 * Lets what was suggested for a category be suggested for another one, into which it is merged: an acceptance can still
 * be undone, and no merchant is asked about again.
 */
export async function moveSuggestions(
  trx: Transaction,
  fromId: number,
  toId: number,
): Promise<void> {
  for (const table of ['accepted_suggestions', 'merchant_answers'])
    await trx(table).where({ category_id: fromId }).update({ category_id: toId });
}
