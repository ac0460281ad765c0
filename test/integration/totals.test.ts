import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import {
  markBatchCompleted,
  markBatchFailed,
  markBatchProcessing,
  retryBatch,
} from '../../src/db/batches/change-batch-status.ts';
import { listCategories } from '../../src/db/categories/list-categories.ts';
import { listUncategorizedTexts } from '../../src/db/categories/list-uncategorized-texts.ts';
import { deleteCategory, mergeCategory } from '../../src/db/categories/remove-category.ts';
import type { Database, Transaction } from '../../src/db/connection/database.ts';
import { isContention, isForeignKeyViolation } from '../../src/db/connection/errors.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { Recategorization } from '../../src/db/models/recategorization.ts';
import { loadCompletedTransactions } from '../../src/db/recategorizations/load-completed-transactions.ts';
import { beginRange } from '../../src/db/recategorizations/recategorization-ranges.ts';
import { recategorizeTransactions } from '../../src/db/recategorizations/recategorize-transactions.ts';
import { accountSummary, uncategorizedName } from '../../src/db/reports/account-summary.ts';
import { buildSearchRanges } from '../../src/db/search/build-search-ranges.ts';
import { addAccountTotals } from '../../src/db/totals/add-account-totals.ts';
import { findDrift } from '../../src/db/totals/find-drift.ts';
import { rebuildTotals } from '../../src/db/totals/rebuild-totals.ts';
import { rollUpTotals } from '../../src/db/totals/roll-up-totals.ts';
import { type Assignment, assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { loadOpenTransactions } from '../../src/db/transactions/load-open-transactions.ts';
import { decidedByCategorizer, decidedByHand } from '../../src/db/transactions/stored-decision.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { expectExactList } from '../helpers/expect-exact-list.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { noDrift } from '../helpers/no-drift.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';

const accounts = ['acc-1', 'acc-2', 'acc-3'];
const period = { startDate: '2026-01-01', endDate: '2026-01-31' };

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  database = db.database;
});
afterAll(() => db.drop());
beforeEach(async () => {
  await emptyTables(database);
});
afterEach(async () => {
  expect(await findDrift(database)).toEqual(noDrift);
});

const matchOf = (categoryId: number | null) =>
  categoryId === null ? null : patternMatch(categoryId);

async function complete(batch: Batch, pick: () => number | null): Promise<void> {
  await markBatchProcessing(database, batch.id, 'run');
  const open = await loadOpenTransactions(database, [
    {
      batchId: batch.id,
      firstId: batch.firstTransactionId ?? 1,
      lastId: batch.lastTransactionId ?? 0,
    },
  ]);
  const rows = open.map(({ id }) => ({ id, match: matchOf(pick()) }));
  await completeTransactions(database, [batch.id], rows);
  await markBatchCompleted(database, batch.id);
}

/** What the summary has to say, counted row by row in the same moment. */
async function expectExactSummary(accountId: string): Promise<void> {
  const [summary, counted] = await database.transaction(
    async (trx) => [
      await accountSummary(trx, { accountId, ...period, currency: null }),
      await countRows(trx, accountId),
    ],
    { isolationLevel: 'repeatable read' },
  );
  expect(JSON.parse(JSON.stringify(summary), withoutTrailingZeros)).toEqual(counted);
}

/** As trim_scale() of PostgreSQL: sums of other order may have other places, and are the same amount. */
const withoutTrailingZeros = (_: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value;

async function countRows(trx: Transaction, accountId: string): Promise<unknown> {
  const rows =
    'transactions WHERE account_id = :accountId AND date BETWEEN :startDate AND :endDate';
  const all = async (sql: string) =>
    (await trx.raw(sql, { accountId, ...period, uncategorizedName })).rows;
  const byCurrency = await all(
    `SELECT currency, count(*) AS "transactionCount",
            trim_scale(coalesce(sum(amount) FILTER (WHERE amount < 0), 0))::text AS spend,
            trim_scale(coalesce(sum(amount) FILTER (WHERE amount > 0), 0))::text AS income, trim_scale(sum(amount))::text AS net
       FROM ${rows} GROUP BY currency ORDER BY currency COLLATE "C"`,
  );
  const categories = await all(
    `SELECT category_id AS "categoryId", coalesce(name, :uncategorizedName) AS category, currency,
            count(*) AS "transactionCount", trim_scale(sum(amount))::text AS spend
       FROM (SELECT * FROM ${rows} AND amount < 0) t LEFT JOIN categories c ON c.id = category_id
      GROUP BY category_id, name, currency ORDER BY currency COLLATE "C", sum(amount), 2, 1`,
  );
  const [statuses] = await all(
    `SELECT count(*) FILTER (WHERE s = 'pending') AS pending, count(*) FILTER (WHERE s = 'processing') AS processing,
            count(*) FILTER (WHERE s = 'completed') AS completed, count(*) FILTER (WHERE s = 'failed') AS failed
       FROM (SELECT CASE WHEN t.ingestion_status = 'completed' THEN 'completed' ELSE b.status END AS s
               FROM (SELECT * FROM ${rows}) t JOIN batches b ON b.id = t.batch_id) AS t`,
  );
  if (
    byCurrency.length === 0 &&
    (await trx('transactions').where('account_id', accountId).first()) === undefined
  )
    return null;
  return {
    byCurrency,
    topCategories: byCurrency.flatMap(({ currency }: { currency: string }) =>
      categories
        .filter((category: { currency: string }) => category.currency === currency)
        .slice(0, 3)
        .map((category: object) => ({ ...category, shareOfSpend: expect.any(Number) })),
    ),
    statusCounts: statuses,
  };
}

async function beginRun(): Promise<Recategorization> {
  return Recategorization.query(database)
    .insert({
      id: uuidV7(),
      scope: 'all',
      includeManual: true,
      status: 'processing',
      requestedBy: 'test',
    })
    .returning('*');
}

const expectExactSummaries = async () => {
  for (const accountId of accounts) await expectExactSummary(accountId);
};

/** Of 1/10,000; the amounts of these tests are small enough to be exact, and zero has no sign. */
const unitsOf = (amount: string): number => Math.round(Number(amount) * 10_000) + 0;

async function expectExactQueue(): Promise<void> {
  const counted = await database.raw(
    `SELECT coalesce(merchant_name, description) AS text, currency, count(*) AS "transactionCount", sum(amount) AS amount
       FROM transactions WHERE category_id IS NULL AND category_source IS NULL AND ingestion_status = 'completed'
        AND coalesce(merchant_name, description) IS NOT NULL GROUP BY 1, 2`,
  );
  const sums = new Map<string, { transactionCount: number; units: number }>();
  for (const { text, currency, transactionCount, amount } of await listUncategorizedTexts(
    database,
  )) {
    const sum = sums.get(`${currency} ${text}`) ?? { transactionCount: 0, units: 0 };
    sum.transactionCount += transactionCount;
    sum.units += unitsOf(amount);
    sums.set(`${currency} ${text}`, sum);
  }
  const expected = counted.rows.map(
    (row: { text: string; currency: string; transactionCount: number; amount: string }) => [
      `${row.currency} ${row.text}`,
      { transactionCount: row.transactionCount, units: unitsOf(row.amount) },
    ],
  );
  expect(new Map([...sums].sort())).toEqual(new Map(expected.sort()));
}

/** The list of categories counts as many rows as there are, in the same moment. */
async function expectExactCategories(): Promise<void> {
  const [listed, counted] = await database.transaction(
    async (trx) => [
      await listCategories(trx, { offset: 0, limit: 100, sort: [], filters: [], search: null }),
      await trx('transactions').groupBy('category_id').select('category_id').count('* as count'),
    ],
    { isolationLevel: 'repeatable read' },
  );
  const counts = new Map(counted.map(({ categoryId, count }) => [categoryId, count]));
  for (const { id, transactionCount } of listed.rows)
    expect({ id, transactionCount }).toEqual({ id, transactionCount: counts.get(id) ?? 0 });
}

describe('totals', () => {
  it('include a completed batch once, whoever else tries at the same moment', async () => {
    const food = await insertCategory(database, 'Food', []);
    const batch = await insertTestBatch(
      database,
      [...accounts, ...accounts].map((accountId) =>
        makeTransaction({ accountId, merchantName: 'X' }),
      ),
    );
    await complete(batch, () => food);
    const results = await Promise.all([1, 2, 3, 4].map(() => rollUpTotals(database)));
    expect(results.filter((count) => count === 1)).toHaveLength(1);
    expect(await rollUpTotals(database)).toBe(0);
    expect((await Batch.query(database).findById(batch.id))?.isInTotals).toBe(true);
    await expectExactSummaries();
  });

  it('leave out batches that are pending, processing or failed', async () => {
    const rows = () => [makeTransaction(), makeTransaction()];
    await insertTestBatch(database, rows());
    const processing = await insertTestBatch(database, rows());
    await markBatchProcessing(database, processing.id, 'run');
    const failed = await insertTestBatch(database, rows());
    await markBatchFailed(database, failed.id, 'x');
    expect(await rollUpTotals(database)).toBe(0);
    await expectExactSummary('acc-1');
  });

  it('include a batch of duplicates only, which has no rows', async () => {
    const row = makeTransaction();
    for (const batch of [
      await insertTestBatch(database, [row]),
      await insertTestBatch(database, [row]),
    ])
      await complete(batch, () => null);
    expect(await rollUpTotals(database)).toBe(2);
    await expectExactSummary('acc-1');
  });

  it('hold amounts to the last place, and texts of any length', async () => {
    const merchantName = `${'long text '.repeat(190)}é😀`;
    const amounts = ['-0.0001', '999999999999999.9999', '-999999999999999.9999', '0.00'];
    const batch = await insertTestBatch(
      database,
      amounts.map((amount) => makeTransaction({ amount, merchantName })),
    );
    await complete(batch, () => null);
    await rollUpTotals(database);
    await expectExactSummary('acc-1');
    const [text] = await listUncategorizedTexts(database);
    expect(text).toEqual({
      text: merchantName,
      currency: 'USD',
      transactionCount: 4,
      amount: '-0.0001',
    });
  });

  it('are kept of accounts with more than 2,000 rows, from their first row on', async () => {
    const rows = (accountId: string, count: number) =>
      Array.from({ length: count }, () => makeTransaction({ accountId }));
    const insert = async (given: NewTransaction[]) => {
      await complete(await insertTestBatch(database, given), () => null);
      expect(await rollUpTotals(database)).toBe(1);
    };
    await insert([...rows('acc-1', 1_990), ...rows('acc-2', 2_000)]);
    expect(await database('accounts_with_totals')).toEqual([]);
    await insert(rows('acc-1', 11));
    expect(await database('accounts_with_totals')).toEqual([{ accountId: 'acc-1' }]);
    await insert(rows('acc-1', 11));
    await expectExactSummaries();
  });

  it('report the rows of a small and of a large batch that is not in them, between others that are', async () => {
    const largeCount = 2_500;
    const insert = (count: number) =>
      insertTestBatch(
        database,
        Array.from({ length: count }, (_, index) =>
          makeTransaction({ accountId: accounts[index % 3] as string, amount: '-2.50' }),
        ),
      );
    const batches = [await insert(30), await insert(30)];
    // A gap in the ids, as others leave who take their blocks meanwhile.
    await database.raw(
      `SELECT setval('transactions_id_seq', nextval('transactions_id_seq') + 20000)`,
    );
    batches.push(await insert(largeCount), await insert(30));
    for (const index of [0, 3]) await complete(batches[index] as Batch, () => null);
    expect(await rollUpTotals(database)).toBe(2);
    await addAccountTotals(database, ['acc-1', 'acc-2']);
    await expectExactSummaries();
  });

  it('follow a batch that is deleted with its rows', async () => {
    const [kept, deleted] = [
      await insertTestBatch(database, [makeTransaction({ merchantName: 'X' })]),
      await insertTestBatch(database, [makeTransaction({ merchantName: 'X' })]),
    ];
    for (const batch of [kept, deleted]) await complete(batch, () => null);
    await rollUpTotals(database);
    await Batch.query(database).deleteById(deleted.id);
    await expectExactSummary('acc-1');
    await expectExactQueue();
  });

  it('have few lines a category, however often it has changed', async () => {
    const a = await insertCategory(database, 'A', []);
    const b = await insertCategory(database, 'B', []);
    const batch = await insertTestBatch(database, [makeTransaction(), makeTransaction()]);
    await complete(batch, () => a);
    await rollUpTotals(database);
    const transactionId = batch.firstTransactionId as number;
    const lines = async () => (await database('category_totals')).length;
    for (let n = 0; n < 20; n++) {
      const categoryId = n % 2 === 0 ? b : a;
      const change = { transactionId, decision: decidedByHand(categoryId) };
      await database.transaction((trx) => assignCategories(trx, [change]));
      await expectExactCategories();
    }
    expect(await lines()).toBeGreaterThan(20);
    await rollUpTotals(database);
    // Without B, which has no row any more.
    expect(await lines()).toBe(1);
    await expectExactCategories();
    // One line is left alone.
    const place = async () => database('category_totals').select(database.raw('ctid::text'));
    const before = await place();
    await rollUpTotals(database);
    expect(await place()).toEqual(before);
  });

  it('are found wrong by a recount when somebody changes rows behind their back, and are rebuilt', async () => {
    const batch = await insertTestBatch(
      database,
      ['X', 'Y'].map((merchantName) => makeTransaction({ merchantName })),
    );
    await complete(batch, () => null);
    await rollUpTotals(database);
    await buildSearchRanges(database);
    await addAccountTotals(database, ['acc-1']);
    await database.raw(
      `UPDATE transactions SET amount = amount - 1, description = 'other' WHERE merchant_name = 'X'`,
    );
    await database.raw('UPDATE batches SET categorized_count = 1');
    await database.raw(
      `UPDATE transactions SET category_source = 'manual' WHERE merchant_name = 'Y'`,
    );
    await database.raw('INSERT INTO category_totals VALUES (1, 1), (2, 1), (2, -1)');
    // Of the account and of all accounts; of both texts.
    expect(await findDrift(database)).toEqual({
      dailyTotals: 2,
      categoryTotals: 1,
      uncategorizedTotals: 2,
      batches: 1,
      // One that an amount has left, and one that a row set by hand should have of its own.
      categoryRanges: 2,
      decisionRanges: 0,
      textRanges: 1,
    });
    await database.raw('UPDATE batches SET categorized_count = 0');
    await rebuildTotals(database);
    await expectExactSummary('acc-1');
    expect(await rollUpTotals(database)).toBe(1);
    expect(await buildSearchRanges(database)).toBe(1);
    await expectExactSummary('acc-1');
  });
});

/** Numbers that look random, the same ones for the same seed (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('whatever happens at the same time', () => {
  it.each([1, 2, 3])('totals and rows tell the same at every moment (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
    const texts = [null, 'Shop A', 'Shop B', 'Café ☕'];
    for (const name of ['A', 'B', 'C', 'D']) await insertCategory(database, name, []);
    const categories = async () => [
      ...(await database('categories').select('id')).map(({ id }: { id: number }) => id),
      null,
    ];
    const anyBatch = async () =>
      pick(await Batch.query(database).whereNotNull('firstTransactionId'));
    const operations = [
      async function post() {
        const rows = Array.from({ length: 1 + random(40) }, () =>
          makeTransaction({
            accountId: pick(accounts),
            amount: pick(['-1.25', '-10.10', '0.00', '7.0001', '-0.0001']),
            currency: pick(['USD', 'EUR']),
            date: pick(['2026-01-01', '2026-01-15', '2026-01-31', '2026-02-01']),
            merchantName: pick(texts),
          }),
        );
        await insertTestBatch(database, rows);
      },
      async function process() {
        const batch = await anyBatch();
        const choices = await categories();
        // Twice at once, as when a worker was taken for dead.
        await Promise.all([1, 2].map(() => complete(batch, () => pick(choices))));
      },
      async function failAndRetry() {
        const { id } = await anyBatch();
        await markBatchFailed(database, id, 'x');
        if (random(2) === 0) await retryBatch(database, id);
      },
      async function rollUp() {
        await rollUpTotals(database);
      },
      async function buildRanges() {
        await buildSearchRanges(database);
      },
      async function countCategories() {
        await expectExactCategories();
      },
      async function listByAmount() {
        await expectExactList(database, {
          offset: random(3),
          limit: 1 + random(4),
          sort: [{ field: 'amount', direction: pick(['asc', 'desc']) }],
          filters: pick([
            [],
            [{ field: 'currency', operator: 'eq', values: ['EUR'] }],
            [{ field: 'category_source', operator: 'eq', values: ['manual'] }],
            [{ field: 'uncategorized', operator: 'eq', values: [true] }],
            [{ field: 'category_id', operator: 'eq', values: [pick(await categories()) ?? 0] }],
          ]),
          search: pick([null, null, 'shop a', 'CAFÉ ☕']),
        });
      },
      async function setByHand() {
        const choices = await categories();
        const ids = await database('transactions').orderByRaw('random()').limit(10).select('id');
        const assignments = ids.map(({ id }: { id: number }): Assignment => {
          const isByHand = pick([true, false]);
          const decision = isByHand
            ? decidedByHand(pick(choices))
            : decidedByCategorizer(matchOf(pick([null, ...choices])));
          return { transactionId: id, decision };
        });
        await database.transaction((trx) => assignCategories(trx, assignments));
      },
      async function recategorize() {
        const { firstTransactionId: firstId, lastTransactionId: lastId } = await anyBatch();
        if (firstId === null || lastId === null) return;
        const run = await beginRun();
        const choices = await categories();
        const rows = await loadCompletedTransactions(database, run, firstId, lastId);
        await beginRange(database, { recategorizationId: run.id, firstId });
        await recategorizeTransactions(database, run, {
          rangeFirstId: firstId,
          firstId,
          lastId,
          decisions: rows.map((row) => ({ row, match: matchOf(pick(choices)) })),
        });
        await database('recategorizations').where({ id: run.id }).delete();
      },
      async function addTotalsOfAccount() {
        await addAccountTotals(database, [pick(['acc-1', 'acc-2'])]);
      },
      async function removeCategory() {
        const [from, into] = [pick(await categories()), pick(await categories())];
        if (from === null) return;
        if (into !== null && into !== from) await mergeCategory(database, testActor, from, into);
        else await deleteCategory(database, testActor, from);
        await insertCategory(database, `New ${Math.random()}`, []);
      },
      async function report() {
        await expectExactSummary(pick(accounts));
      },
    ];
    await operations[0]?.();

    const actor = async () => {
      for (let step = 0; step < 40; step++) {
        try {
          await pick(operations)();
        } catch (error) {
          // The whole step is taken back where a category was removed between the decision and its writing, or
          // where PostgreSQL ends a deadlock, since the plan for so few rows may lock them in another order.
          if (!isForeignKeyViolation(error) && !isContention(error)) throw error;
        }
      }
    };
    const failures = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(actor));
    expect(failures.filter(({ status }) => status === 'rejected')).toEqual([]);

    expect(await findDrift(database)).toEqual(noDrift);
    await expectExactSummaries();
    await expectExactQueue();
    for (const batch of await Batch.query(database)) {
      await retryBatch(database, batch.id);
      await complete(batch, () => null);
    }
    while (await rollUpTotals(database));
    expect(await Batch.query(database).where({ isInTotals: false })).toEqual([]);
    await expectExactSummaries();
    await expectExactQueue();
  });
});
