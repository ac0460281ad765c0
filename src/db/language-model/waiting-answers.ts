import type { Database } from '../connection/database.ts';

/** Merchants that are looked for in one go through the rows. */
const maxMerchants = 10_000;

/** Merchants with an answer that rows of the uncategorized queue have not had their chance to get. */
export const waitingAnswers = (database: Database): Promise<string[]> =>
  database('merchant_answers')
    .where({ is_applied: false, is_rejected: false })
    .whereNotNull('category_id')
    .orderBy('merchant')
    .limit(maxMerchants)
    .pluck('merchant');

export async function markApplied(database: Database, merchants: readonly string[]): Promise<void> {
  await database('merchant_answers')
    .whereRaw('merchant = ANY (?)', [merchants as string[]])
    .update({ is_applied: true });
}
