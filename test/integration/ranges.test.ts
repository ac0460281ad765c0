import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import {
  markBatchFailed,
  markBatchProcessing,
  retryBatch,
} from '../../src/db/batches/change-batch-status.ts';
import { insertBatch } from '../../src/db/batches/insert-batch.ts';
import {
  deleteCategory,
  lockForRemoval,
  mergeCategory,
} from '../../src/db/categories/remove-category.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { buildSearchRanges } from '../../src/db/search/build-search-ranges.ts';
import { matchingTransactions } from '../../src/db/search/matching-transactions.ts';
import { hasManyUnranged } from '../../src/db/search/ranged-transactions.ts';
import { findDrift } from '../../src/db/totals/find-drift.ts';
import { assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { exportTransactions } from '../../src/db/transactions/export-transactions.ts';
import type { TransactionPage } from '../../src/db/transactions/list-transactions.ts';
import {
  decidedByCategorizer,
  decidedByHand,
  type StoredDecision,
} from '../../src/db/transactions/stored-decision.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { expectExactList } from '../helpers/expect-exact-list.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { noDrift } from '../helpers/no-drift.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  database = db.database;
});
afterAll(() => db.drop());
beforeEach(() => database.raw('TRUNCATE batches, transactions CASCADE'));

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

const setByHand = (transactionId: number, categoryId: number | null) =>
  database.transaction((trx) =>
    assignCategories(trx, [{ transactionId, decision: decidedByHand(categoryId) }]),
  );

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
  { filters: [{ field: 'uncategorized', operator: 'eq', values: [true] }], search: null },
  { filters: [{ field: 'uncategorized', operator: 'eq', values: [true] }], search: 'frequent' },
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

it('lists are exact before, while and after ranges are built', async () => {
  const batches: Batch[] = [];
  for (const count of [1, 512, 513, 1_300, 129])
    batches.push(await insertTestBatch(database, makeRows(count, batches.length * 100)));
  await expectExactLists();

  await settle(batches.slice(1, 4).map(({ id }) => id));
  expect(await buildSearchRanges(database)).toBe(3);
  await expectExactLists();

  await settle();
  expect(await buildSearchRanges(database)).toBe(2);
  expect(await buildSearchRanges(database)).toBe(0);
  expect(await database('category_ranges').count({ count: '*' })).toEqual([
    { count: 1 + 1 + 2 + 3 + 1 },
  ]);
  await expectExactLists();
  expect(await findDrift(database)).toEqual(noDrift);
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
  await buildSearchRanges(database);
  await expectExactLists();
});

it('a small batch has a range no larger than itself, even where its only row is set by hand', async () => {
  const [one, ten] = [
    await insertTestBatch(database, makeRows(1)),
    await insertTestBatch(database, makeRows(10)),
  ];
  await settle();
  await buildSearchRanges(database);
  const ranges = () =>
    database('category_ranges').orderBy(['first_id', 'is_set_by_hand']).select('*');
  expect(await ranges()).toMatchObject(
    [one, ten].map(({ firstTransactionId: firstId, lastTransactionId: lastId }) => ({
      firstId,
      lastId,
    })),
  );
  await setByHand(one.firstTransactionId as number, null);
  expect((await ranges()).map((range) => range.isSetByHand)).toEqual([false, true, false]);
  await expectExactLists();
  expect(await findDrift(database)).toEqual(noDrift);
});

it('a failed batch of many rows has ranges until it is retried', async () => {
  const food = await insertCategory(database, 'Food of failed batches', []);
  const rows = makeRows(20_001);
  const { id, firstTransactionId, lastTransactionId } = await insertTestBatch(database, rows);
  const [firstId, lastId] = [firstTransactionId as number, lastTransactionId as number];
  const isRanged = async () => {
    const found = await Batch.query(database).findById(id).select('hasRanges');
    const ranges = (table: string) => database(table).where('batch_id', id);
    if (!found?.hasRanges) expect(await ranges('category_ranges')).toEqual([]);
    if (!found?.hasRanges) expect(await ranges('text_ranges')).toEqual([]);
    return found?.hasRanges;
  };
  const complete = async (from: number, to: number) =>
    completeTransactions(
      database,
      [id],
      Array.from({ length: to - from + 1 }, (_, index) => ({
        id: from + index,
        match: patternMatch(food),
      })),
    );
  const expectExact = async () => {
    for (const filters of [
      [],
      [{ field: 'category_id', operator: 'eq', values: [food] }],
      [{ field: 'category_source', operator: 'eq', values: ['manual'] }],
    ] as const)
      await expectExactList(database, {
        ...{ filters, search: null, offset: 0, limit: 25 },
        sort: [{ field: 'amount', direction: 'desc' }],
      });
    expect(await findDrift(database)).toMatchObject({ categoryRanges: 0, textRanges: 0 });
  };
  await markBatchProcessing(database, id, 'run');
  await complete(firstId, firstId + 99);
  await markBatchFailed(database, id, 'x');
  expect(await buildSearchRanges(database)).toBe(1);
  expect(await hasManyUnranged(database)).toBe(false);
  await setByHand(lastId, food);
  await setByHand(firstId, null);
  expect(await isRanged()).toBe(true);
  await expectExact();

  // An attempt that went on when the batch had failed.
  await complete(firstId + 100, firstId + 199);
  expect(await isRanged()).toBe(false);
  await expectExact();
  expect(await buildSearchRanges(database)).toBe(1);
  await retryBatch(database, id);
  expect(await isRanged()).toBe(false);
  await markBatchProcessing(database, id, 'run');
  await complete(firstId, lastId);
  await expectExact();
  expect(await buildSearchRanges(database)).toBe(1);
  await expectExact();
});

it('an export has the rows that reading the whole table gives', async () => {
  const batch = await insertTestBatch(database, makeRows(1_300));
  await settle();
  await buildSearchRanges(database);
  await insertTestBatch(database, makeRows(20));
  for (const place of [3, 700, 1_299])
    await setByHand((batch.firstTransactionId as number) + place, null);
  const manual = { field: 'category_source', operator: 'eq', values: ['manual'] } as const;
  for (const what of [...filters, { filters: [manual], search: null }])
    for (const field of ['id', 'amount'] as const) {
      const query = { ...what, sort: [{ field, direction: 'desc' } as const] };
      const exported: number[] = [];
      for await (const rows of exportTransactions(database, query, 10_000))
        exported.push(...rows.map(({ id }) => id));
      const { matching } = await matchingTransactions(database, query);
      const all: { id: number }[] = await matching.select('t.id');
      expect(exported).toEqual(all.map(({ id }) => id));
    }
});

it('a batch without rows, and one that somebody works on, are left for later', async () => {
  const [empty, busy] = [
    await insertTestBatch(database, []),
    await insertTestBatch(database, makeRows(3)),
  ];
  await settle();
  await database.transaction(async (trx) => {
    await trx('batches').where({ id: busy.id }).forUpdate().select('id');
    expect(await buildSearchRanges(database)).toBe(1);
  });
  expect(await Batch.query(database).where('hasRanges', false).select('id')).toEqual([
    { id: busy.id },
  ]);
  expect(empty.firstTransactionId).toBeNull();
  expect(await buildSearchRanges(database)).toBe(1);
});

it('the ranges of a batch that is deleted go with it', async () => {
  const [gone] = [
    await insertTestBatch(database, makeRows(200)),
    await insertTestBatch(database, makeRows(90)),
  ];
  await settle();
  await buildSearchRanges(database);
  await database('batches').where({ id: gone.id }).delete();
  expect(await findDrift(database)).toEqual(noDrift);
  await expectExactLists();
});

it('everybody at once builds the ranges of each batch once', async () => {
  for (let count = 1; count <= 20; count++) await insertTestBatch(database, makeRows(count));
  await settle();
  const built = await Promise.all([1, 2, 3, 4].map(() => buildSearchRanges(database)));
  const rest = await buildSearchRanges(database);
  expect(built.reduce((sum, count) => (sum ?? 0) + (count ?? 0), rest)).toBe(20);
  expect(await findDrift(database)).toEqual(noDrift);
});

describe('a category by amount', () => {
  let categories: number[];
  beforeEach(async () => {
    await database.raw('TRUNCATE categories CASCADE');
    categories = [];
    for (const name of ['Rent', 'Food', 'Rare'])
      categories.push(await insertCategory(database, name, []));
  });

  /** Nearly all rows have one category, some another or none, and one in 500 the last. */
  async function insertCategorized(count: number): Promise<void> {
    const batch = await insertTestBatch(database, makeRows(count));
    const [rent, food, rare] = categories as [number, number, number];
    await database.raw(
      `UPDATE transactions SET ingestion_status = 'completed',
              category_id = CASE WHEN id % 500 = 3 THEN ?::integer WHEN id % 7 = 1 THEN ?::integer WHEN id % 11 <> 2 THEN ?::integer END
        WHERE batch_id = ?`,
      [rare, food, rent, batch.id],
    );
    await database.raw(
      `UPDATE transactions SET category_source = 'pattern' WHERE category_id IS NOT NULL`,
    );
    await database.raw(
      `UPDATE batches SET status = 'completed', completed_count = transaction_count,
              categorized_count = (SELECT count(category_id) FROM transactions WHERE batch_id = batches.id)`,
    );
  }

  async function expectExactCategories(): Promise<void> {
    const chosen: TransactionPage['filters'][] = [
      ...categories.map((id) => [{ field: 'category_id', operator: 'eq', values: [id] }] as const),
      [{ field: 'category_id', operator: 'eq', values: categories }],
      [{ field: 'category_id', operator: 'ne', values: categories.slice(0, 1) }],
      [{ field: 'uncategorized', operator: 'eq', values: [true] }],
      [{ field: 'uncategorized', operator: 'eq', values: [false] }],
      [{ field: 'category_source', operator: 'eq', values: ['manual'] }],
      [
        { field: 'category_source', operator: 'eq', values: ['manual'] },
        { field: 'uncategorized', operator: 'eq', values: [true] },
      ],
    ];
    for (const page of [
      { offset: 0, limit: 3 },
      { offset: 20, limit: 25 },
    ])
      for (const filters of chosen)
        for (const also of [[], [{ field: 'currency', operator: 'eq', values: ['EUR'] } as const]])
          for (const direction of ['asc', 'desc'] as const)
            await expectExactList(database, {
              ...page,
              filters: [...filters, ...also],
              search: null,
              sort: [{ field: 'amount', direction }],
            });
    expect(await findDrift(database)).toEqual(noDrift);
  }

  it('is exact before and after its ranges are built, and after rows have changed theirs', async () => {
    for (const count of [1, 512, 513, 2_000]) await insertCategorized(count);
    await expectExactCategories();
    expect(await buildSearchRanges(database)).toBe(4);
    await expectExactCategories();

    const [rent, food, rare] = categories as [number, number, number];
    const [min] = await database('transactions').orderBy('amount').limit(1).select('id');
    const [max] = await database('transactions').orderBy('amount', 'desc').limit(1).select('id');
    const moves: [number, number | null][] = [
      [min.id, rare],
      [max.id, rare],
      [min.id, null],
      [min.id, food],
      [max.id, rent],
    ];
    for (const [transactionId, categoryId] of moves) {
      await setByHand(transactionId, categoryId);
      await expectExactCategories();
    }
  });

  it('is exact after categories were merged and deleted', async () => {
    for (const count of [300, 1_500]) await insertCategorized(count);
    await buildSearchRanges(database);
    await insertCategorized(40);
    const [rent, food, rare] = categories as [number, number, number];
    await mergeCategory(database, testActor, rare, food);
    await expectExactCategories();
    await deleteCategory(database, testActor, rent);
    await expectExactCategories();
    await buildSearchRanges(database);
    await expectExactCategories();
  });

  it('waits with its ranges for whoever moves a whole category', async () => {
    await insertCategorized(10);
    await database.transaction(async (trx) => {
      await lockForRemoval(trx, categories[0] as number);
      expect(await buildSearchRanges(database)).toBeNull();
    });
    expect(await buildSearchRanges(database)).toBe(1);
  });
});

describe('a search', () => {
  const odd = [
    'MÜNCHEN Bäckerei',
    'İstanbul KÖFTE',
    'straße 12',
    '100 % \\ _wow_',
    'Zoë 💶 k\u212Am',
    'x\u2028y',
  ];
  const makeTexts = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      makeTransaction({
        merchantName:
          index % 100 === 7 ? (odd[((index / 100) % odd.length) | 0] as string) : `Shop ${index}`,
        description:
          index % 3 === 0 ? null : `POS purchase ${index * 7_919} at the very long counter`,
      }),
    );
  const searches = [
    ...odd,
    ...odd.map((text) => text.toLowerCase()),
    ...odd.map((text) => text.toUpperCase()),
    'a',
    'ab',
    'op 7',
    'SHOP 70',
    'purchase 7919 at',
    'counter',
    'nowhere at all',
    'münchen',
    'köfte',
    'KM',
    'km',
    '% ',
    '\\',
    '_',
    'the very long counter and more',
  ];

  it('is exact before, while and after its ranges are built', async () => {
    const expectExactSearches = async () => {
      for (const search of searches)
        for (const sort of ['id', 'date', 'amount'] as const)
          await expectExactList(database, {
            offset: 0,
            limit: 25,
            filters: [],
            search,
            sort: [{ field: sort, direction: 'desc' }],
          });
    };
    await insertTestBatch(database, makeTexts(700));
    await expectExactSearches();
    await settle();
    expect(await buildSearchRanges(database)).toBe(1);
    for (const count of [1, 255, 256, 257]) await insertTestBatch(database, makeTexts(count));
    await expectExactSearches();
    await settle();
    expect(await buildSearchRanges(database)).toBe(4);
    expect(await database('text_ranges').count({ count: '*' })).toEqual([
      { count: 3 + 1 + 1 + 1 + 2 },
    ]);
    await expectExactSearches();
    expect(await findDrift(database)).toMatchObject({ textRanges: 0 });
  });

  it('of a batch of more ids than are read at once has ranges of one size', async () => {
    const batch = await insertTestBatch(database, makeTexts(51_500));
    await settle();
    await buildSearchRanges(database);
    const ranges = await database('text_ranges').orderBy('first_id');
    expect(ranges).toHaveLength(Math.ceil(51_500 / 256));
    for (const [index, range] of ranges.entries())
      expect(range.firstId).toBe((batch.firstTransactionId as number) + index * 256);
    // Some are in every range, some in few, and of some the page goes further back than is looked at first.
    for (const search of ['shop 5149', 'shop', 'köfte', 'counter'])
      for (const [offset, limit] of [
        [0, 25],
        [7_000, 10],
      ] as const)
        for (const direction of ['asc', 'desc'] as const)
          await expectExactList(database, {
            offset,
            limit,
            filters: [],
            search,
            sort: [{ field: 'id', direction }],
          });
  });
});

describe('decisions', () => {
  let food: number;
  beforeEach(async () => {
    food = await insertCategory(database, `Food ${Math.random()}`, []);
  });

  /** Of the patterns, with a few of memory and a few that need review. */
  const decisionOf = (place: number) =>
    place % 400 === 7
      ? patternMatch(food, { source: 'memory', patternId: null, field: null })
      : place % 300 === 5
        ? patternMatch(food, { confidence: 0.38, needsReview: true })
        : place % 2 === 0
          ? patternMatch(food)
          : null;

  async function insertDecided(count: number): Promise<Batch> {
    const batch = await insertTestBatch(database, makeRows(count));
    const first = batch.firstTransactionId as number;
    await completeTransactions(
      database,
      [batch.id],
      Array.from({ length: count }, (_, place) => ({
        id: first + place,
        match: decisionOf(place),
      })),
    );
    await settle([batch.id]);
    return batch;
  }

  async function expectExactDecisions(): Promise<void> {
    const filters: TransactionPage['filters'][] = [
      [{ field: 'needs_review', operator: 'eq', values: [true] }],
      [{ field: 'needs_review', operator: 'eq', values: [false] }],
      [{ field: 'category_source', operator: 'eq', values: ['memory'] }],
      [{ field: 'category_source', operator: 'eq', values: ['pattern'] }],
      [{ field: 'category_source', operator: 'eq', values: ['memory', 'manual'] }],
      [{ field: 'category_source', operator: 'ne', values: ['pattern'] }],
      [{ field: 'category_source', operator: 'eq', values: ['nobody'] }],
      [
        { field: 'category_source', operator: 'eq', values: ['pattern'] },
        { field: 'needs_review', operator: 'eq', values: [true] },
        { field: 'currency', operator: 'eq', values: ['EUR'] },
      ],
    ];
    for (const what of filters)
      for (const page of [
        { offset: 0, limit: 3 },
        { offset: 4, limit: 25 },
      ])
        for (const field of ['id', 'amount', 'date'] as const)
          for (const direction of ['asc', 'desc'] as const)
            await expectExactList(database, {
              ...page,
              filters: what,
              search: null,
              sort: [{ field, direction }],
            });
    expect(await findDrift(database)).toMatchObject({ categoryRanges: 0, decisionRanges: 0 });
  }

  it('are listed exactly before and after ranges are built, and after somebody decided anew', async () => {
    const batches = [await insertDecided(513), await insertDecided(2_000)];
    await expectExactDecisions();
    expect(await buildSearchRanges(database)).toBe(2);
    await insertDecided(40);
    await expectExactDecisions();

    const first = batches[1]?.firstTransactionId as number;
    const decide = (place: number, decision: StoredDecision) =>
      database.transaction((trx) =>
        assignCategories(trx, [{ transactionId: first + place, decision }]),
      );
    // The same category by the same categorizer, and only the review is new.
    await decide(2, decidedByCategorizer(patternMatch(food, { needsReview: true })));
    await decide(900, decidedByCategorizer(patternMatch(food, { source: 'memory' })));
    await decide(7, decidedByHand(food));
    await expectExactDecisions();
    await deleteCategory(database, testActor, food);
    await expectExactDecisions();
  });

  it('are few ranges, whatever the number of categories', async () => {
    await insertDecided(1_024);
    await buildSearchRanges(database);
    // In both blocks of ids: patterns, patterns for review, and memory.
    expect(await database('decision_ranges')).toHaveLength(6);
  });
});
