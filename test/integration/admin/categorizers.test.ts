import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  CategorizerBody,
  CategorizerPreviewBody,
} from '../../../src/api/admin/categorizers/schema.ts';
import { tidyShadowDecisions } from '../../../src/db/learning/tidy-shadow-decisions.ts';
import { insertLearned } from '../../helpers/insert-learned.ts';
import {
  insertCategory,
  insertCompletedBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { type Problem, startTestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';
import { startTestStack, type TestStack } from '../../helpers/test-stack.ts';

const base = '/api/admin/categorizers';

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

const list = async () => (await stack.api.get<CategorizerBody[]>(base)).body;
const patch = (name: string, change: object) =>
  stack.api.patch<CategorizerBody & Problem>(`${base}/${name}`, change);
const preview = (name: string, change: object) =>
  stack.api.post<CategorizerPreviewBody & Problem>(`${base}/${name}/preview`, change);
const learnBakery = () =>
  insertLearned(
    stack.api.database,
    Array.from({ length: 9 }, () => ({
      merchantName: 'Shell Bakery',
      description: null,
      categoryId: fuel,
    })),
  );
const sourcesOf = async (batchId: string) =>
  (await stack.api.get(`/api/integrations/batches/${batchId}/transactions`)).body.data.map(
    ({ category_source }: { category_source: string | null }) => category_source,
  );

test('lists the categorizers in the order in which they are heard, patterns on and the others in shadow', async () => {
  const unknown = {
    version: null,
    trained_at: null,
    coverage: null,
    precision: null,
    precision_interval: null,
  };
  const shadow = { mode: 'shadow', target_precision: 0.95, is_configured: true, ...unknown };
  expect(await list()).toEqual([
    { name: 'memory', ...shadow },
    { name: 'patterns', ...shadow, mode: 'on' },
    { name: 'model', ...shadow },
    { name: 'llm', ...shadow, is_configured: false },
  ]);
});

test('shows what the live version has shown', async () => {
  const version = await learnBakery();
  const figures = { coverage: 0.5, precision: 0.97, precisionInterval: [0.9, 0.99] };
  await stack.api
    .database('learned_versions')
    .where({ id: version })
    .update({ evaluation: { categorizers: [{ name: 'memory', ...figures }] } });
  expect(await list()).toMatchObject([
    {
      name: 'memory',
      version,
      trained_at: expect.stringMatching(/Z$/),
      coverage: 0.5,
      precision: 0.97,
      precision_interval: [0.9, 0.99],
    },
    { name: 'patterns', version: null },
    { name: 'model', version: null },
    { name: 'llm', version: null },
  ]);
});

describe('switching a categorizer', () => {
  test('counts for the next batch that is posted, and is audited', async () => {
    await learnBakery();
    const rows = [{ merchantName: 'Shell Bakery' }];
    expect(await sourcesOf(await stack.process(rows))).toEqual(['pattern']);
    expect(await patch('memory', { mode: 'on', target_precision: 0.9 })).toMatchObject({
      status: 200,
      body: { name: 'memory', mode: 'on', target_precision: 0.9 },
    });
    expect(await sourcesOf(await stack.process(rows))).toEqual(['memory']);
    await patch('memory', { mode: 'off' });
    expect(await sourcesOf(await stack.process(rows))).toEqual(['pattern']);
    await patch('patterns', { mode: 'off' });
    expect(await sourcesOf(await stack.process(rows))).toEqual([null]);

    const { body } = await stack.api.get('/api/admin/audit-log?resource=categorizers');
    expect(body).toMatchObject([
      { resource_id: 'patterns', before: { mode: 'on' }, after: { mode: 'off' } },
      { before: { mode: 'on', target_precision: 0.9 }, after: { mode: 'off' } },
      {
        action: 'update',
        resource_id: 'memory',
        before: { mode: 'shadow', target_precision: 0.95 },
        after: { mode: 'on', target_precision: 0.9 },
        still_exists: true,
      },
    ]);
  });

  test('applies the target to what needs review, without training', async () => {
    const rows = [{ merchantName: 'Bakery' }];
    const needsReview = async (batchId: string) =>
      (await stack.api.get(`/api/integrations/batches/${batchId}/transactions`)).body.data[0]
        .needs_review;
    expect(await needsReview(await stack.process(rows))).toBe(false);
    await patch('patterns', { target_precision: 0.96 });
    expect(await needsReview(await stack.process(rows))).toBe(true);
  });

  test('changes nothing, and is not audited, if it is so already', async () => {
    expect((await patch('memory', { mode: 'shadow' })).status).toBe(200);
    expect((await patch('memory', {})).status).toBe(200);
    expect((await stack.api.get('/api/admin/audit-log?resource=categorizers')).body).toEqual([]);
  });

  test('to a language model needs an endpoint', async () => {
    expect(await patch('llm', { mode: 'on' })).toMatchObject({
      status: 409,
      body: { code: 'not_configured' },
    });
    expect((await patch('llm', { mode: 'off' })).status).toBe(200);

    const configured = await startTestApi({
      beside: stack.api,
      config: { LLM_BASE_URL: 'http://127.0.0.1:9/v1', LLM_MODEL: 'test' },
    });
    expect(await configured.patch(`${base}/llm`, { mode: 'on' })).toMatchObject({
      status: 200,
      body: { mode: 'on', is_configured: true },
    });
    await configured.stop();
  });

  test.each([
    ['an unknown mode', { mode: 'maybe' }, '/mode'],
    ['a target below a half', { target_precision: 0.4999 }, '/target_precision'],
    ['a target that would be rounded to 1', { target_precision: 0.99996 }, '/target_precision'],
    ['an unknown field', { version: 1 }, '/version'],
  ])('refuses %s', async (_, change, pointer) => {
    const { status, body } = await patch('memory', change);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer }]);
  });

  test.each([0.5, 0.9999])('accepts a target of %d', async (target_precision) => {
    expect((await patch('memory', { target_precision })).body.target_precision).toBe(
      target_precision,
    );
  });

  test('does not know other names', async () => {
    expect((await patch('oracle', { mode: 'on' })).status).toBe(404);
    expect((await preview('oracle', { mode: 'on' })).status).toBe(404);
  });
});

describe('the preview of a change', () => {
  const insert = (merchants: string[]) =>
    insertCompletedBatch(
      stack.api.database,
      merchants.map((merchantName) => makeTransaction({ merchantName })),
    );

  test('says which rows would move, and changes nothing', async () => {
    await learnBakery();
    const batch = await insert(['Shell Bakery 1', 'Shell Bakery 2', 'Other Bakery', 'Minibakery']);
    const byHand = (batch.lastTransactionId as number) - 3;
    await stack.api.patch(`/api/admin/transactions/${byHand}`, { category_id: null });
    expect((await preview('memory', { mode: 'on' })).body).toEqual({
      sampled_count: 3,
      before: { categorized_count: 3, needs_review_count: 1 },
      after: { categorized_count: 3, needs_review_count: 1 },
      moves: [
        {
          from_category_id: food,
          from: 'Food',
          to_category_id: fuel,
          to: 'Fuel',
          transaction_count: 1,
          examples: ['Shell Bakery 2'],
        },
      ],
    });
    expect((await preview('patterns', { mode: 'off' })).body).toMatchObject({
      after: { categorized_count: 0, needs_review_count: 0 },
      moves: [{ from: 'Food', to: null, to_category_id: null, transaction_count: 3 }],
    });
    expect((await preview('patterns', { target_precision: 0.99 })).body).toMatchObject({
      after: { categorized_count: 3, needs_review_count: 3 },
      moves: [],
    });
    expect(await list()).toMatchObject([{ mode: 'shadow' }, { mode: 'on' }, {}, {}]);
  });

  test('draws at most 20,000 rows', async () => {
    await insert(Array.from({ length: 20_100 }, (_, place) => `Bakery ${place}`));
    const { body } = await preview('patterns', { mode: 'shadow' });
    expect(body.sampled_count).toBe(20_000);
    expect(body.moves).toMatchObject([{ transaction_count: 20_000 }]);
    expect(body.moves[0]?.examples).toHaveLength(5);
  });

  test('is empty without rows', async () => {
    expect((await preview('memory', { mode: 'on' })).body).toMatchObject({
      sampled_count: 0,
      moves: [],
    });
  });
});

test('counts of shadow are added up by day, and kept for 90 days', async () => {
  const { database } = stack.api;
  const insert = (daysAgo: number, row_count: number) =>
    database('shadow_decisions').insert({
      decided_at: database.raw(
        `date_trunc('day', now(), 'UTC') - make_interval(days => ?) + interval '1 hour' * ?`,
        [daysAgo, row_count],
      ),
      categorizer: 'memory',
      from_category_id: null,
      to_category_id: food,
      row_count,
    });
  for (const [daysAgo, count] of [
    [0, 1],
    [0, 2],
    [3, 3],
    [3, 4],
    [95, 5],
  ] as const)
    await insert(daysAgo, count);
  expect(await tidyShadowDecisions(database)).toBe(false);
  expect(await tidyShadowDecisions(database)).toBe(false);
  expect(await database('shadow_decisions').orderBy('row_count').pluck('row_count')).toEqual([
    1, 2, 7,
  ]);
});
