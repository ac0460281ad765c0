import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { BatchTransactionBody } from '../../src/api/batches/schema.ts';
import type { CategorizableTransaction } from '../../src/categorization/categorizable-transaction.ts';
import { DatabaseCategorizer } from '../../src/categorization/patterns/database-categorizer.ts';
import type { TransactionCategorizer } from '../../src/categorization/transaction-categorizer.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import type { CategorizerMode } from '../../src/domain/categorizer-setting.ts';
import { insertLearned } from '../helpers/insert-learned.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

let stack: TestStack;
let food: number;
let fuel: number;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.stop());

beforeEach(async () => {
  food = await insertCategory(stack.api.database, 'Food', ['bakery']);
  fuel = await insertCategory(stack.api.database, 'Fuel', []);
});

afterEach(() => emptyTables(stack.api.database));

const setMode = (name: string, mode: CategorizerMode) =>
  stack.api
    .database('categorizers')
    .insert({ name, mode, target_precision: 0.95 })
    .onConflict('name')
    .merge();

/** A person has said that this bakery sells fuel. */
const learnBakery = () =>
  insertLearned(
    stack.api.database,
    Array.from({ length: 9 }, () => ({
      merchantName: 'Shell Bakery 17',
      description: null,
      categoryId: fuel,
    })),
  );

/** Posts a batch, and returns its rows once a worker has processed it. */
async function process(rows: Partial<CategorizableTransaction>[]): Promise<BatchTransactionBody[]> {
  const id = await stack.process(rows);
  const { body } = await stack.api.get(`/api/integrations/batches/${id}/transactions`);
  return body.data;
}

const shadowDecisions = () =>
  stack.api
    .database('shadow_decisions')
    .orderBy('from_category_id')
    .select('categorizer', 'fromCategoryId', 'toCategoryId', 'rowCount');

test('a match of whole words in the merchant counts; one in the description counts, for review', async () => {
  expect(
    await process([
      { merchantName: 'Corner Bakery 12' },
      { description: 'card purchase bakery' },
      { merchantName: 'Minibakery' },
      { merchantName: 'Nobody' },
    ]),
  ).toMatchObject([
    { category_source: 'pattern', category_confidence: 0.955, needs_review: false },
    { category_source: 'pattern', category_confidence: 0.38, needs_review: true },
    { category_source: 'pattern', category_confidence: 0.4, needs_review: true },
    { category_source: null, category_confidence: null, needs_review: false },
  ]);
  expect(await shadowDecisions()).toEqual([]);
});

describe('a categorizer in shadow', () => {
  test('changes nothing, and is counted once', async () => {
    await learnBakery();
    const rows = await process([
      { merchantName: 'SQ *SHELL BAKERY 44' },
      { merchantName: 'Shell Bakery' },
      { merchantName: 'Corner Bakery' },
    ]);
    expect(rows.map(({ category, category_source }) => [category, category_source])).toEqual([
      ['Food', 'pattern'],
      ['Food', 'pattern'],
      ['Food', 'pattern'],
    ]);
    expect(await shadowDecisions()).toEqual([
      { categorizer: 'memory', fromCategoryId: food, toCategoryId: fuel, rowCount: 2 },
    ]);
  });

  test('is counted for rows that are completed now, and not set by hand', async () => {
    const batch = await insertTestBatch(
      stack.api.database,
      Array.from({ length: 3 }, () => makeTransaction()),
    );
    const first = batch.firstTransactionId as number;
    await stack.api.patch(`/api/admin/transactions/${first + 2}`, { category_id: food });
    const complete = (ids: number[]) =>
      completeTransactions(
        stack.api.database,
        [batch.id],
        ids.map((id) => ({ id, match: null })),
        ids.map((id) => ({
          id,
          categorizer: 'memory',
          fromCategoryId: null,
          toCategoryId: fuel,
        })),
      );
    await complete([first]);
    // As an attempt does that does not know how far an earlier one came.
    await complete([first, first + 1, first + 2]);
    await complete([first, first + 1, first + 2]);
    expect(await shadowDecisions()).toEqual([
      { categorizer: 'memory', fromCategoryId: null, toCategoryId: fuel, rowCount: 1 },
      { categorizer: 'memory', fromCategoryId: null, toCategoryId: fuel, rowCount: 1 },
    ]);
  });
});

describe('a categorizer that is on', () => {
  test('decides about the next batch, and says what it had learned', async () => {
    const version = await learnBakery();
    await process([{ merchantName: 'Shell Bakery' }]);
    await setMode('memory', 'on');
    expect(await process([{ merchantName: 'Shell Bakery' }])).toMatchObject([
      { category: 'Fuel', category_source: 'memory', needs_review: false, match: null },
    ]);
    expect(
      await stack.api.database('transactions').orderBy('id', 'desc').first('learned_version_id'),
    ).toEqual({ learnedVersionId: version });
    await setMode('memory', 'off');
    expect(await process([{ merchantName: 'Shell Bakery' }])).toMatchObject([
      { category: 'Food', category_source: 'pattern' },
    ]);
    expect(await shadowDecisions()).toHaveLength(1);
  });

  test('never changes what was set by hand', async () => {
    await learnBakery();
    for (const mode of ['on', 'shadow', 'off'] as const) {
      await setMode('memory', mode);
      const batch = await insertTestBatch(stack.api.database, [
        makeTransaction({ merchantName: 'Shell Bakery' }),
      ]);
      const id = batch.firstTransactionId as number;
      await stack.api.patch(`/api/admin/transactions/${id}`, { category_id: null });
      const { matches, shadow } = await createTestChain(stack.api.database, stack.api.cache).decide(
        [{ merchantName: 'Shell Bakery', description: null }],
      );
      await completeTransactions(
        stack.api.database,
        [batch.id],
        [{ id, match: matches[0] ?? null }],
        shadow.map(({ row, ...difference }) => ({ id, ...difference })),
      );
      expect((await stack.api.get(`/api/admin/transactions/${id}`)).body).toMatchObject({
        ingestion_status: 'completed',
        category: null,
        category_source: 'manual',
        category_confidence: null,
        needs_review: false,
      });
    }
    expect(await shadowDecisions()).toEqual([]);
  });

  test('gives a row back to the chain when it is no longer set by hand', async () => {
    await learnBakery();
    await setMode('memory', 'on');
    await process([{ merchantName: 'Shell Bakery' }]);
    const [row] = (await stack.api.get('/api/admin/transactions')).body;
    await stack.api.patch(`/api/admin/transactions/${row.id}`, { category_id: food });
    await stack.api.post('/api/admin/transactions/bulk-clear-manual', { ids: [row.id] });
    expect((await stack.api.get(`/api/admin/transactions/${row.id}`)).body).toMatchObject({
      category: 'Fuel',
      category_source: 'memory',
    });
  });
});

describe('a category that changed after the training', () => {
  beforeEach(async () => {
    await learnBakery();
    await setMode('memory', 'on');
  });

  test('is not given if it was deleted, and the next categorizer decides', async () => {
    await stack.api.delete(`/api/admin/categories/${fuel}`);
    expect(await process([{ merchantName: 'Shell Bakery' }])).toMatchObject([
      { category: 'Food', category_source: 'pattern' },
    ]);
  });

  test('is the one that it was merged into, at last', async () => {
    const travel = await insertCategory(stack.api.database, 'Travel', []);
    const car = await insertCategory(stack.api.database, 'Car', []);
    await stack.api.post(`/api/admin/categories/${fuel}/merge`, { into_id: travel });
    await stack.api.post(`/api/admin/categories/${travel}/merge`, { into_id: car });
    expect(await process([{ merchantName: 'Shell Bakery' }])).toMatchObject([
      { category: 'Car', category_source: 'memory' },
    ]);
  });
});

describe('the chain', () => {
  /** Says the same about everything, and remembers what it was asked about. */
  class Parrot implements TransactionCategorizer {
    readonly name = 'parrot';
    readonly source = 'parrot';
    readonly whenUnsure = 'abstains';
    readonly asked: (string | null)[] = [];
    readonly defaultMode: CategorizerMode;

    constructor(defaultMode: CategorizerMode) {
      this.defaultMode = defaultMode;
    }

    async categorize(transactions: readonly CategorizableTransaction[]) {
      this.asked.push(...transactions.map(({ merchantName }) => merchantName));
      return transactions.map(() => ({ categoryId: fuel, confidence: 0.99 }));
    }
  }

  const rows = ['Bakery', 'Minibakery', 'Nobody'].map((merchantName) => ({
    merchantName,
    description: null,
  }));
  const decide = (categorizers: TransactionCategorizer[]) =>
    createTestChain(stack.api.database, stack.api.cache, categorizers).decide(rows);

  test('does not ask a categorizer that is off', async () => {
    const parrot = new Parrot('off');
    const { matches, shadow } = await decide([parrot, new DatabaseCategorizer()]);
    expect(parrot.asked).toEqual([]);
    expect(matches.map((match) => match?.categoryId)).toEqual([food, food, undefined]);
    expect(shadow).toEqual([]);
  });

  test('asks the later ones only about what the earlier ones are not sure of', async () => {
    const parrot = new Parrot('on');
    const { matches } = await decide([new DatabaseCategorizer(), parrot]);
    expect(parrot.asked).toEqual(['Minibakery', 'Nobody']);
    expect(matches.map((match) => match?.source)).toEqual(['pattern', 'parrot', 'parrot']);
  });

  test('gives the same decisions again', async () => {
    await learnBakery();
    await setMode('memory', 'on');
    await setMode('model', 'on');
    const [first, second] = [
      createTestChain(stack.api.database, stack.api.cache),
      createTestChain(stack.api.database, stack.api.cache),
    ];
    const transactions = ['Shell Bakery', 'Bakery', 'Other'].map((merchantName) => ({
      merchantName,
      description: 'Card',
    }));
    const once = await first.decide(transactions);
    expect(once.matches.map((match) => match?.source ?? null)).toEqual(['memory', 'pattern', null]);
    expect(await first.decide(transactions)).toEqual(once);
    // As another worker does, after the one that began was killed.
    expect(await second.decide(transactions)).toEqual(once);
  });
});

describe('the explanation of a decision', () => {
  const explainNewest = async () => {
    const [row] = (await stack.api.get('/api/admin/transactions')).body;
    return (await stack.api.get(`/api/admin/transactions/${row.id}/explanation`)).body;
  };

  test('of memory is the merchant, and from how many rows', async () => {
    await learnBakery();
    await setMode('memory', 'on');
    await process([{ merchantName: 'SQ *SHELL BAKERY 44' }]);
    expect(await explainNewest()).toMatchObject({
      category_source: 'memory',
      decision: { kind: 'memory', merchant: 'shell bakery', row_count: 9, agreeing_count: 9 },
      is_version_gone: false,
      stored_pattern: null,
      winner: { pattern: 'bakery' },
      would_be: { category: 'Fuel', category_source: 'memory' },
    });
  });

  test('comes from what had been learned then', async () => {
    await learnBakery();
    await setMode('memory', 'on');
    await process([{ merchantName: 'Shell Bakery' }]);
    await insertLearned(stack.api.database, [
      { merchantName: 'Shell Bakery', description: null, categoryId: food },
    ]);
    expect(await explainNewest()).toMatchObject({
      decision: { kind: 'memory', row_count: 9 },
      would_be: { category: 'Food' },
    });
  });

  test('says if what had been learned then is gone', async () => {
    const first = await learnBakery();
    await setMode('memory', 'on');
    await process([{ merchantName: 'Shell Bakery' }]);
    await learnBakery();
    await stack.api.database('learned_versions').where({ id: first }).delete();
    expect(await explainNewest()).toMatchObject({ decision: null, is_version_gone: true });
  });

  test('of a pattern is the pattern and the field', async () => {
    await process([{ description: 'from the bakery' }]);
    expect(await explainNewest()).toMatchObject({
      decision: { kind: 'pattern', pattern: 'bakery', field: 'description' },
      would_be: { category: 'Food', category_source: 'pattern' },
    });
  });

  test('of the model is the words that weighed most', async () => {
    const shops = ['Alpha', 'Bravo', 'Corso', 'Delta', 'Elmo', 'Fargo', 'Gusto', 'Hilda', 'Ivo'];
    const pairs = shops.flatMap((one) => shops.map((other) => `${one} ${other}`));
    await insertLearned(
      stack.api.database,
      pairs.flatMap((pair) => [
        { merchantName: `${pair} Bistro`, description: null, categoryId: food },
        { merchantName: `${pair} Petrol`, description: null, categoryId: fuel },
      ]),
    );
    await setMode('model', 'on');
    expect(await process([{ merchantName: 'Zenobia Petrol' }])).toMatchObject([
      { category: 'Fuel', category_source: 'model', needs_review: false },
    ]);
    const { decision } = await explainNewest();
    expect(decision).toMatchObject({ kind: 'model' });
    expect(decision.words[0]).toEqual({ text: 'petrol', weight: expect.any(Number) });
  });

  test('of a language model is its answer', async () => {
    await stack.api.database('merchant_answers').insert({
      merchant: 'zenobia',
      category_id: fuel,
      confidence: 0.99,
      model: 'small-model',
    });
    await setMode('llm', 'on');
    expect(await process([{ merchantName: 'Zenobia 12' }])).toMatchObject([
      { category: 'Fuel', category_source: 'llm', category_confidence: 0.99 },
    ]);
    expect((await explainNewest()).decision).toEqual({
      kind: 'llm',
      merchant: 'zenobia',
      model: 'small-model',
    });
  });
});
