import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import type { Database } from '../../src/db/database.ts';
import { insertBatch } from '../../src/db/insert-batch.ts';
import type { TransactionPage } from '../../src/db/list-transactions.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { noteAmountRanges } from '../../src/db/note-amount-ranges.ts';
import { findDrift } from '../../src/db/recount-totals.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { expectExactList } from '../helpers/expect-exact-list.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  database = db.database;
});
afterAll(() => db.drop());
beforeEach(() => database.raw('TRUNCATE batches, transactions, amount_ranges CASCADE'));

/** Rows whose amounts come again and again, in no order, and of whose merchants one in seven is rare. */
const makeRows = (count: number, from = 0): NewTransaction[] =>
  Array.from({ length: count }, (_, index) => {
    const place = from + index;
    return makeTransaction({
      amount: `${((place * 7_919) % 601) - 300}.${place % 2}0`,
      merchantName: place % 7 === 0 ? 'Rare' : 'Frequent',
      currency: place % 3 === 0 ? 'EUR' : 'USD',
    });
  });

const settle = (ids?: string[]) =>
  database('batches')
    .where((query) => void (ids && query.whereIn('id', ids)))
    .update({ status: 'completed' });

const pages = [
  { offset: 0, limit: 1 },
  { offset: 0, limit: 50 },
  { offset: 37, limit: 25 },
  { offset: 1_190, limit: 25 },
  { offset: 5_000, limit: 25 },
];
const filters: Pick<TransactionPage, 'filters' | 'search'>[] = [
  { filters: [], search: null },
  { filters: [{ field: 'currency', operator: 'eq', values: ['EUR'] }], search: null },
  { filters: [{ field: 'amount', operator: 'gte', values: ['299'] }], search: null },
  { filters: [{ field: 'status', operator: 'eq', values: ['pending'] }], search: null },
  { filters: [], search: 'rare' },
  { filters: [], search: 'nowhere' },
];

async function expectExactLists(): Promise<void> {
  for (const page of pages)
    for (const what of filters)
      for (const direction of ['asc', 'desc'] as const)
        await expectExactList(database, {
          ...page,
          ...what,
          sort: [{ field: 'amount', direction }],
        });
}

it('lists are exact before, while and after amounts are noted', async () => {
  const batches: Batch[] = [];
  for (const count of [1, 64, 65, 1_000, 129])
    batches.push(await insertTestBatch(database, makeRows(count, batches.length * 100)));
  await expectExactLists();

  await settle(batches.slice(1, 4).map(({ id }) => id));
  expect(await noteAmountRanges(database)).toBe(3);
  await expectExactLists();

  await settle();
  expect(await noteAmountRanges(database)).toBe(2);
  expect(await noteAmountRanges(database)).toBe(0);
  expect(await database('amount_ranges').count({ count: '*' })).toEqual([
    { count: 1 + 1 + 2 + 16 + 3 },
  ]);
  await expectExactLists();
  expect(await findDrift(database)).toMatchObject({ amountRanges: 0 });
});

it('rows of streams that came at the same time are listed once', async () => {
  const apiKeyId = ((await insertTestBatch(database, makeRows(1))) as { apiKeyId: number })
    .apiKeyId;
  const turns = { passed: 0 };
  async function* parts(place: number) {
    for (let part = 0; part < 6; part++) {
      yield makeRows(30, place * 1_000 + part * 30);
      turns.passed++;
      while (turns.passed < 2 * part) await new Promise(setImmediate);
    }
  }
  const ids = [uuidV7(), uuidV7()];
  await Promise.all(
    ids.map((id, place) => insertBatch(database, { id, apiKeyId, requestId: null }, parts(place))),
  );
  const [one, other] = await Batch.query(database).findByIds(ids);
  expect(Number(one?.lastTransactionId)).toBeGreaterThan(Number(other?.firstTransactionId));
  expect(Number(other?.lastTransactionId)).toBeGreaterThan(Number(one?.firstTransactionId));
  await settle();
  await noteAmountRanges(database);
  await expectExactLists();
});

it('a batch without rows, and one that somebody works on, are left for later', async () => {
  const [empty, busy] = [
    await insertTestBatch(database, []),
    await insertTestBatch(database, makeRows(3)),
  ];
  await settle();
  await database.transaction(async (trx) => {
    await trx('batches').where({ id: busy.id }).forUpdate().select('id');
    expect(await noteAmountRanges(database)).toBe(1);
  });
  expect(await Batch.query(database).where('hasAmountRanges', false).select('id')).toEqual([
    { id: busy.id },
  ]);
  expect(empty.firstTransactionId).toBeNull();
  expect(await noteAmountRanges(database)).toBe(1);
});

it('the ranges of a batch that is deleted go with it', async () => {
  const [gone] = [
    await insertTestBatch(database, makeRows(200)),
    await insertTestBatch(database, makeRows(90)),
  ];
  await settle();
  await noteAmountRanges(database);
  await database('batches').where({ id: gone.id }).delete();
  expect(await findDrift(database)).toMatchObject({ amountRanges: 0 });
  await expectExactLists();
});

it('everybody at once notes each batch once', async () => {
  for (let count = 1; count <= 20; count++) await insertTestBatch(database, makeRows(count));
  await settle();
  const noted = await Promise.all([1, 2, 3, 4].map(() => noteAmountRanges(database)));
  const rest = await noteAmountRanges(database);
  expect(noted.reduce((sum, count) => sum + count, rest)).toBe(20);
  expect(await findDrift(database)).toMatchObject({ amountRanges: 0 });
});
