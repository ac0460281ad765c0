import type { Database } from '../connection/database.ts';
import { queuedBetween } from '../transactions/uncategorized-queue.ts';

/** Rows without a category that share a merchant's text and an account. */
export interface WaitingName {
  merchantName: string;
  accountId: string;
  rowCount: number;
}

/** normalizeMerchant reads no more of a text. */
const maxCharacters = 200;

/** Adds up the rows of the uncategorized queue between two ids, both inclusive, that have a merchant. */
export async function countWaitingNames(
  database: Database,
  firstId: number,
  lastId: number,
): Promise<WaitingName[]> {
  return queuedBetween(database, firstId, lastId)
    .whereNotNull('merchant_name')
    .groupByRaw('1, 2')
    .select<WaitingName[]>(
      database.raw(`left(merchant_name, ${maxCharacters}) AS merchant_name`),
      'account_id',
      database.raw('count(*)::integer AS row_count'),
    );
}
