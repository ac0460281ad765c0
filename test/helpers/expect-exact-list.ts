import { expect } from '@jest/globals';
import type { Database } from '../../src/db/connection/database.ts';
import { matchingTransactions } from '../../src/db/search/matching-transactions.ts';
import {
  listTransactions,
  type TransactionPage,
} from '../../src/db/transactions/list-transactions.ts';

/** Expects a page to have the rows that reading the whole table at the same moment gives, in the same order. */
export async function expectExactList(database: Database, page: TransactionPage): Promise<void> {
  const [listed, read] = await database.transaction(
    async (trx) => {
      const { matching } = await matchingTransactions(trx, page);
      const all: { id: number }[] = await matching.select('t.id');
      return [await listTransactions(trx, page), all.map(({ id }) => id)];
    },
    { isolationLevel: 'repeatable read' },
  );
  const { offset, limit } = page;
  expect(listed.rows.map(({ id }) => id)).toEqual(read.slice(offset, offset + limit));
  // A capped count says that there are more rows, and never claims more than there are.
  if (!listed.isTotalCapped) expect(listed.total).toBe(read.length);
  else {
    expect(listed.total).toBeGreaterThan(offset + listed.rows.length - 1);
    expect(listed.total).toBeLessThanOrEqual(read.length);
  }
}
