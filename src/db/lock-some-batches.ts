import type { Status } from '../domain/status.ts';
import type { Transaction } from './connection/database.ts';

/** How many rows one transaction reads: about a second of work. A larger batch has a transaction of its own. */
const maxRows = 200_000;
/** How many batches one transaction takes, so that many small ones share the work that is done once a transaction. */
const maxBatches = 5_000;

/**
 * Locks the first batches of these statuses for which something is still to do, as many as one transaction should
 * read through, and returns their ids. Those that are being changed at this moment are left for the next time.
 */
export async function lockSomeBatches(
  trx: Transaction,
  statuses: readonly Status[],
  isDone: 'is_in_totals' | 'has_ranges',
): Promise<string[]> {
  const candidates = await trx('batches')
    .whereIn('status', statuses)
    .where(isDone, false)
    .orderBy('id')
    .limit(maxBatches)
    .forNoKeyUpdate()
    .skipLocked()
    .select<{ id: string; transactionCount: number }[]>({
      id: 'id',
      transactionCount: 'transaction_count',
    });
  let rowCount = 0;
  const chosen = candidates.filter(({ transactionCount }, index) => {
    rowCount += transactionCount;
    return index === 0 || rowCount <= maxRows;
  });
  return chosen.map(({ id }) => id);
}
