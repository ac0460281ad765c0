import type { Database } from '../../src/db/connection/database.ts';
import { assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { decidedByHand } from '../../src/db/transactions/stored-decision.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { insertCompletedBatch, makeTransaction } from './insert-test-batch.ts';

/** Letters only, because numbers are no part of a merchant. */
export const merchantName = (place: number): string =>
  [...place.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

/** Stores completed rows without a category. Returns their ids. */
export async function insertRows(
  database: Database,
  rows: Partial<NewTransaction>[],
): Promise<number[]> {
  const batch = await insertCompletedBatch(database, rows.map(makeTransaction));
  return rows.map((_, place) => (batch.firstTransactionId as number) + place);
}

/** Sets the category of rows by hand. */
export async function label(
  database: Database,
  ids: readonly number[],
  categoryIdOf: (place: number) => number,
): Promise<void> {
  const assignments = ids.map((transactionId, place) => ({
    transactionId,
    decision: decidedByHand(categoryIdOf(place)),
  }));
  for (let start = 0; start < assignments.length; start += 5_000)
    await database.transaction((trx) =>
      assignCategories(trx, assignments.slice(start, start + 5_000)),
    );
}
