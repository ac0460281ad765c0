import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

/**
 * Empties the totals and the search ranges; the workers then build them again from all batches. Reports and
 * lists stay right meanwhile, since they read one by one the rows of batches that are in neither.
 */
export async function rebuildTotals(database: Database): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
    // Nobody changes the totals after this: a category change first locks its batch, if that is in the totals.
    const inTotals = Batch.query(trx).where({ isInTotals: true });
    await inTotals.clone().orderBy('id').forNoKeyUpdate().select('id');
    await inTotals.patch({ isInTotals: false });
    await trx('batches').where('has_ranges', true).update({ has_ranges: false });
    await trx('category_ranges').delete();
    await trx('text_ranges').delete();
    await trx('uncategorized_totals').delete();
    await trx('daily_totals').delete();
    await trx('category_totals').delete();
    await trx('accounts_with_totals').delete();
  });
}
