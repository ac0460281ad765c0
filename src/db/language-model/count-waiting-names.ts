import type { Database } from '../connection/database.ts';
import { isInQueue } from '../transactions/uncategorized-queue.ts';

/** Rows without a category that share a merchant's text and an account. */
export interface WaitingName {
  merchantName: string;
  accountId: string;
  rowCount: number;
}

/** The smallest and the largest id of all transactions; null when there are none. */
export async function transactionIds(
  database: Database,
): Promise<{ first: number; last: number } | null> {
  const ids = await database('transactions')
    .min('id as first')
    .max('id as last')
    .first<{ first: number | null; last: number | null }>();
  return ids.first === null || ids.last === null ? null : { first: ids.first, last: ids.last };
}

/** Adds up the rows of the uncategorized queue between two ids, both inclusive, that have a merchant. */
export async function countWaitingNames(
  database: Database,
  firstId: number,
  lastId: number,
): Promise<WaitingName[]> {
  return database('transactions')
    .where('id', '>=', firstId)
    .where('id', '<=', lastId)
    .whereRaw(isInQueue)
    .whereNotNull('merchant_name')
    .groupBy('merchant_name', 'account_id')
    .select<WaitingName[]>(
      'merchant_name',
      'account_id',
      database.raw('count(*)::integer AS row_count'),
    );
}
