import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { lockSomeBatches } from '../lock-some-batches.ts';
import { Batch } from '../models/batch.ts';
import { addAccountTotals, findLargeAccounts } from './add-account-totals.ts';
import { addRowsToDailyTotals, addUncategorizedTotals, totalsOfRow } from './daily-totals.ts';

/**
 * Adds the rows of some completed batches, the oldest first, to the totals. Returns the number of batches:
 * 0 when none is left, and null while another process rolls up, builds ranges, rebuilds, or moves a whole category.
 *
 * A batch changes sides within one transaction, so every report finds its rows exactly once: in the
 * totals, or one by one. Whoever changes the category of a row locks its batch as well. A change that comes
 * first is counted here; one that comes second corrects the totals.
 */
export async function rollUpTotals(database: Database): Promise<number | null> {
  const batchIds = await rollUpBatches(database);
  if (batchIds === null || batchIds.length === 0) return batchIds && 0;
  // A transaction of its own: with the locks of the first one held, this could deadlock with category changes.
  const large = await findLargeAccounts(database, batchIds);
  if (large.length > 0) await addAccountTotals(database, large);
  return batchIds.length;
}

async function rollUpBatches(database: Database): Promise<string[] | null> {
  return database.transaction(async (trx) => {
    const lock = await trx.raw<{ rows: [{ isHeld: boolean }] }>(
      `SELECT pg_try_advisory_xact_lock(${advisoryLocks.totals}) AS "isHeld"`,
    );
    if (!lock.rows[0].isHeld) return null;
    await trx.raw(mergeCategoryTotals);
    const batchIds = await lockSomeBatches(trx, ['completed'], 'is_in_totals');
    if (batchIds.length === 0) return [];
    // Separate statements begin after the batches are locked, and so see every category change that came before.
    await trx.raw(
      `INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
         SELECT coalesce(merchant_name, description), currency, count(*), sum(amount)
           FROM ${rowsOfBatches}
          WHERE category_id IS NULL AND category_source IS NULL AND coalesce(merchant_name, description) IS NOT NULL
          GROUP BY 1, 2 ORDER BY md5(coalesce(merchant_name, description))::uuid, 2
       ${addUncategorizedTotals}`,
      [batchIds],
    );
    await trx.raw(
      `WITH rows AS (SELECT account_id, date, currency, category_id, ${totalsOfRow} FROM ${rowsOfBatches})
       ${addRowsToDailyTotals}`,
      [batchIds],
    );
    await Batch.query(trx).findByIds(batchIds).patch({ isInTotals: true });
    return batchIds;
  });
}

/**
 * Changes add lines to a category's count. Once there are so many that the list of categories would get
 * slower, this merges them into one line a category. Only who holds the lock deletes lines.
 */
const mergeCategoryTotals = `
  WITH gone AS (
    DELETE FROM category_totals
     WHERE (SELECT count(*) > 10 * count(DISTINCT category_id) FROM category_totals) RETURNING *
  )
  INSERT INTO category_totals (category_id, row_count)
    SELECT category_id, sum(row_count) FROM gone GROUP BY category_id HAVING sum(row_count) <> 0`;

/** For a FROM clause: the rows of batches, whose ids are the one parameter. */
const rowsOfBatches = `batches b JOIN transactions t ON b.id = ANY (?::uuid[])
  AND t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id`;
