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
    // Nobody changes totals or ranges after this: a category change first locks its batch, and all lock in this order.
    const built = Batch.query(trx).where({ isInTotals: true }).orWhere({ hasRanges: true });
    await built.clone().orderBy('id').forNoKeyUpdate().select('id');
    await built.patch({ isInTotals: false, hasRanges: false });
    await trx('category_ranges').delete();
    await trx('decision_ranges').delete();
    await trx('text_ranges').delete();
    await trx('uncategorized_totals').delete();
    await trx('daily_totals').delete();
    await trx('category_totals').delete();
    await trx('accounts_with_totals').delete();
  });
}
