import type { Database } from './database.ts';
import { lockSomeBatches } from './lock-some-batches.ts';

/** Rows a range: few, so that little is read for each row that is looked for, and many, so that ranges take little room. */
const rowsPerRange = 64;

/** The ranges of batches `b`, with room for a condition between. Amounts never change, so neither do these. */
export const rangesOfBatches = `
  SELECT b.id AS batch_id, min(t.id) AS first_id, max(t.id) AS last_id, min(t.amount) AS least, max(t.amount) AS largest
    FROM batches b
    JOIN transactions t ON t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id`;
export const groupedToRanges = `GROUP BY b.id, (t.id - b.first_transaction_id) / ${rowsPerRange}`;

/**
 * Notes the amounts of completed batches. Returns how many; 0 when there is none left. Others may do so at
 * the same time. A list finds the rows of each batch either by its ranges or, as long as it has none, one
 * by one.
 */
export async function noteAmountRanges(database: Database): Promise<number> {
  return database.transaction(async (trx) => {
    const ids = await lockSomeBatches(trx, { status: 'completed', has_amount_ranges: false });
    if (ids.length === 0) return 0;
    await trx.raw(
      `INSERT INTO amount_ranges (batch_id, first_id, last_id, least, largest)
         ${rangesOfBatches} WHERE b.id = ANY (?::uuid[]) ${groupedToRanges}`,
      [ids],
    );
    await trx('batches').whereIn('id', ids).update({ has_amount_ranges: true });
    return ids.length;
  });
}
