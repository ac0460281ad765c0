import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  AcceptAllPreviewBody,
  AcceptanceBody,
  SuggestionsBody,
} from '../../../src/api/admin/suggestions/schema.ts';
import { deleteCategory, mergeCategory } from '../../../src/db/categories/remove-category.ts';
import type { NewTransaction } from '../../../src/domain/transaction.ts';
import { insertLearned } from '../../helpers/insert-learned.ts';
import {
  insertCategory,
  insertCompletedBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { testActor } from '../../helpers/test-actor.ts';
import type { Problem } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';
import { startTestStack, type TestStack } from '../../helpers/test-stack.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const base = '/api/admin/suggestions';

let stack: TestStack;
let food: number;
let fuel: number;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());
beforeEach(async () => {
  food = await insertCategory(stack.api.database, 'Food', []);
  fuel = await insertCategory(stack.api.database, 'Fuel', []);
});
afterEach(() => emptyTables(stack.api.database));

const store = (rows: Partial<NewTransaction>[]) =>
  insertCompletedBatch(stack.api.database, rows.map(makeTransaction));

const answer = (merchant: string, categoryId: number, confidence: number) =>
  stack.api
    .database('merchant_answers')
    .insert({ merchant, category_id: categoryId, confidence, model: 'test-model' });

const list = async (query = '') =>
  (await stack.api.get<SuggestionsBody>(`${base}${query}`)).body.groups;
const group = async (name: string) => {
  const found = (await list()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no group ${name}`);
  return found;
};
const post = <Body = AcceptanceBody & Problem>(path: string, body?: unknown) =>
  stack.api.post<Body>(`${base}/${path}`, body);

/** Waits until nothing is open. */
const ended = (id: string): Promise<AcceptanceBody> =>
  waitFor(async () => {
    const { body } = await stack.api.get<AcceptanceBody>(`${base}/acceptances/${id}`);
    return body.finished_at !== null && body;
  });

const categories = (): Promise<(string | null)[]> =>
  stack.api
    .database('transactions as t')
    .leftJoin('categories as c', 'c.id', 't.category_id')
    .orderBy('t.id')
    .pluck('c.name');

describe('suggestions', () => {
  test('are the groups of the queue, each with what the surest categorizer says', async () => {
    await store([
      ...Array(3).fill({ merchantName: 'SQ *BLUE DOOR 0423' }),
      { merchantName: 'Blue Door #7' },
      ...Array(3).fill({ merchantName: 'Shell 22' }),
      { merchantName: 'Nobody' },
    ]);
    await answer('blue door', food, 0.8);
    await answer('shell', food, 0.3);
    await stack.api
      .database('category_patterns')
      .insert({ category_id: fuel, pattern: 'shell', normalized_pattern: 'shell' });
    const { body } = await stack.api.get<SuggestionsBody>(base);
    expect(body).toMatchObject({ group_count: 3, transaction_count: 8 });
    expect(body.groups).toMatchObject([
      {
        id: expect.stringMatching(/^[\w-]{16}$/),
        name: 'blue door',
        transaction_count: 4,
        samples: ['SQ *BLUE DOOR 0423', 'Blue Door #7'],
        pattern: 'blue door',
        category_id: food,
        category: 'Food',
        confidence: expect.closeTo(0.8, 5),
        source: 'llm',
        explanation: { kind: 'llm', merchant: 'blue door', model: 'test-model' },
      },
      {
        name: 'shell',
        category_id: fuel,
        category: 'Fuel',
        source: 'pattern',
        explanation: { kind: 'pattern', pattern: 'shell', field: 'merchant_name' },
      },
      {
        name: 'nobody',
        category_id: null,
        category: null,
        confidence: null,
        source: null,
        explanation: null,
      },
    ]);
    expect(await list('?q=shel&limit=1')).toMatchObject([{ name: 'shell' }]);
  });

  test('come from what people did with the merchant before', async () => {
    await insertLearned(
      stack.api.database,
      Array.from({ length: 6 }, () => ({
        merchantName: 'Blue Door',
        description: null,
        categoryId: food,
      })),
    );
    await store([{ merchantName: 'Blue Door #7' }]);
    expect(await list()).toMatchObject([
      {
        category: 'Food',
        source: 'memory',
        explanation: { kind: 'memory', merchant: 'blue door', row_count: 6, agreeing_count: 6 },
      },
    ]);
  });

  test('are less sure where the texts of a group are about different things', async () => {
    await store([
      ...Array(3).fill({ merchantName: 'Blue Door 1 Coffee' }),
      { merchantName: 'Blue Door 1' },
      { merchantName: 'Shell 1' },
      { merchantName: 'Shell 2' },
    ]);
    // It is about one of two texts.
    await stack.api
      .database('category_patterns')
      .insert({ category_id: fuel, pattern: 'shell 1', normalized_pattern: 'shell 1' });
    await stack.api
      .database('category_patterns')
      .insert({ category_id: food, pattern: 'blue door', normalized_pattern: 'blue door' });
    const whole = (await group('blue door')).confidence as number;
    const half = await group('shell');
    expect(half).toMatchObject({ category: 'Fuel', source: 'pattern' });
    expect(half.confidence).toBeLessThan(0.5);
    expect(whole).toBeGreaterThan(0.5);
  });

  test('do not come from a categorizer that is off', async () => {
    await store([{ merchantName: 'Blue Door' }]);
    await answer('blue door', food, 0.8);
    expect(await group('blue door')).toMatchObject({ category: 'Food' });
    await stack.api.patch('/api/admin/categorizers/llm', { mode: 'off' });
    expect(await group('blue door')).toMatchObject({ category: null });
  });

  test('never name a category that was deleted', async () => {
    await store([{ merchantName: 'Blue Door' }]);
    await insertLearned(stack.api.database, [
      { merchantName: 'Blue Door', description: null, categoryId: food },
    ]);
    await deleteCategory(stack.api.database, testActor, food);
    expect(await list()).toMatchObject([{ name: 'blue door', category_id: null }]);
  });

  test.each(['?limit=0', '?limit=501', '?limit=x', '?unknown=1'])('refuse %s', async (query) => {
    expect((await stack.api.get(`${base}${query}`)).status).toBe(400);
  });
});

describe('accepting', () => {
  test('sets the rows of the group by hand, and can be undone', async () => {
    await store([{ merchantName: 'Blue Door 1' }, { merchantName: 'Blue Door 2' }, {}]);
    await answer('blue door', food, 0.8);
    const { id } = await group('blue door');
    const { status, headers, body } = await post(`${id}/accept`);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`${base}/acceptances/${body.acceptance_id}`);
    expect(body).toMatchObject({
      status: 'running',
      progress: 0,
      group_count: 1,
      changed_count: 0,
      requested_by: 'bootstrap',
      workflow: { workflow_id: `acceptance-${body.acceptance_id}` },
    });
    expect(await ended(body.acceptance_id)).toMatchObject({
      status: 'completed',
      progress: 1,
      changed_count: 2,
    });
    expect(await categories()).toEqual(['Food', 'Food', null]);
    expect(await list()).toEqual([]);

    const undo = await post(`acceptances/${body.acceptance_id}/undo`);
    expect(undo).toMatchObject({
      status: 202,
      body: {
        status: 'undoing',
        workflow: { workflow_id: `acceptance-${body.acceptance_id}-undo` },
      },
    });
    expect(await ended(body.acceptance_id)).toMatchObject({ status: 'undone', undone_count: 2 });
    expect(await categories()).toEqual([null, null, null]);
    expect(await list()).toMatchObject([{ id, category: 'Food' }]);
    expect((await post(`acceptances/${body.acceptance_id}/undo`)).status).toBe(409);
  });

  test('takes another category as a correction', async () => {
    await store([{ merchantName: 'Blue Door 1' }]);
    await answer('blue door', food, 0.8);
    const { id } = await group('blue door');
    const { body } = await post(`${id}/accept`, { category_id: fuel });
    await ended(body.acceptance_id);
    expect(await categories()).toEqual(['Fuel']);
  });

  test('tells of each row who has accepted, with one line in the audit log', async () => {
    await store([{ merchantName: 'Blue Door 1' }, { merchantName: 'Blue Door 2' }]);
    const { id } = await group('blue door');
    const { body } = await post(`${id}/accept`, { category_id: fuel });
    await ended(body.acceptance_id);
    const [row] = await stack.api.database('transactions').orderBy('id').pluck('id');
    const explanation = await stack.api.get(`/api/admin/transactions/${row}/explanation`);
    expect(explanation.body.set_by_hand).toMatchObject({ by: 'bootstrap' });
    const log = await stack.api.get('/api/admin/audit-log?resource=acceptances');
    expect(log.body).toMatchObject([
      { action: 'end', actor_type: 'system', after: { status: 'completed', changed_count: 2 } },
      {
        action: 'accept',
        actor_name: 'bootstrap',
        still_exists: true,
        after: { suggestions: [{ group_name: 'blue door', category_id: fuel }] },
      },
    ]);
    expect((await stack.api.get('/api/admin/audit-log?resource=transactions')).body).toEqual([]);
  });

  test('needs a category where nothing is suggested, and a group that exists', async () => {
    await store([{ merchantName: 'Nobody' }]);
    const { id } = await group('nobody');
    expect(await post(`${id}/accept`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/category_id' }] },
    });
    expect((await post(`${id}/accept`, { category_id: 99_999 })).status).toBe(400);
    expect((await post('AAAAAAAAAAAAAAAA/accept')).status).toBe(404);
    expect((await post('acceptances/0/undo')).status).toBe(404);
    expect((await stack.api.get(`${base}/acceptances/0`)).status).toBe(404);
  });

  test('works with a name that is too long for an index, in any script', async () => {
    const name = Array.from({ length: 650 }, (_, at) => String.fromCodePoint(0x4e00 + at * 7)).join(
      '',
    );
    await store([{ merchantName: name }, { merchantName: '\u{1F355} Πίτσα №7' }]);
    for (const { id } of await list()) {
      const { body } = await post(`${id}/accept`, { category_id: food });
      await ended(body.acceptance_id);
    }
    expect(await categories()).toEqual(['Food', 'Food']);
  });
});

describe('rejecting', () => {
  test('leaves the next best suggestion, and in the end none', async () => {
    await store([{ merchantName: 'Blue Door' }, { merchantName: 'Red Door' }]);
    await answer('blue door', food, 0.8);
    await answer('red door', food, 0.8);
    await insertLearned(stack.api.database, [
      { merchantName: 'Blue Door', description: null, categoryId: fuel },
    ]);
    const first = await group('blue door');
    expect((await post(`${first.id}/reject`)).status).toBe(204);
    const second = await group('blue door');
    expect(second.category_id).not.toBe(first.category_id);
    expect(second.category_id).not.toBeNull();
    await post(`${first.id}/reject`, { category_id: second.category_id });
    expect(await group('blue door')).toMatchObject({ category_id: null });
    expect((await post(`${first.id}/reject`)).status).toBe(409);
    // Another group is not affected.
    expect(await group('red door')).toMatchObject({ category: 'Food' });
    const log = await stack.api.get('/api/admin/audit-log?resource=suggestions&action=reject');
    expect(log.body).toHaveLength(2);
    expect(log.body[0]).toMatchObject({
      resource_id: first.id,
      after: { group_name: 'blue door' },
    });
  });

  test('goes for the categorizers too, and for a category into which the rejected one is merged', async () => {
    await store([{ merchantName: 'Blue Door' }]);
    await answer('blue door', food, 0.99);
    await stack.api.patch('/api/admin/categorizers/llm', { mode: 'on' });
    const { id } = await group('blue door');
    await post(`${id}/reject`);
    expect(await stack.api.database('merchant_answers').first('is_rejected')).toEqual({
      isRejected: true,
    });
    await insertLearned(stack.api.database, [
      { merchantName: 'Blue Door', description: null, categoryId: food },
    ]);
    await mergeCategory(stack.api.database, testActor, food, fuel);
    expect(await group('blue door')).toMatchObject({ category: null });
  });

  test('tells the audit log no more than the beginning of a long name', async () => {
    await store([{ merchantName: 'blue door '.repeat(100) }]);
    const [found] = await list();
    await post(`${found?.id}/reject`, { category_id: food });
    const log = await stack.api.get('/api/admin/audit-log?resource=suggestions&action=reject');
    expect(log.body[0].after.group_name).toHaveLength(200);
  });

  test('needs a category that exists, and happens once', async () => {
    await store([{ merchantName: 'Nobody' }]);
    const { id } = await group('nobody');
    expect((await post(`${id}/reject`, { category_id: 99_999 })).status).toBe(400);
    expect((await post(`${id}/reject`, { category_id: food })).status).toBe(204);
    expect((await post(`${id}/reject`, { category_id: food })).status).toBe(204);
    expect(await stack.api.database('rejected_suggestions').select('*')).toHaveLength(1);
  });
});

describe('accepting all', () => {
  beforeEach(async () => {
    await store([
      ...Array(3).fill({ merchantName: 'Blue Door' }),
      ...Array(2).fill({ merchantName: 'Red Door' }),
      { merchantName: 'Shell' },
      { merchantName: 'Unsure' },
      { merchantName: 'Nobody' },
    ]);
    await answer('blue door', food, 0.97);
    await answer('red door', food, 0.96);
    await answer('shell', fuel, 0.98);
    await answer('unsure', fuel, 0.94);
  });

  test('says first what it would do, and changes nothing', async () => {
    const { status, body } = await post<AcceptAllPreviewBody>('accept-all', {
      min_confidence: 0.95,
      dry_run: true,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      group_count: 3,
      transaction_count: 6,
      categories: [
        { category: 'Food', group_count: 2, transaction_count: 5 },
        { category: 'Fuel', group_count: 1, transaction_count: 1 },
      ],
      examples: [
        { name: 'blue door', category: 'Food', transaction_count: 3, source: 'llm' },
        { name: 'red door' },
        { name: 'shell' },
      ],
    });
    expect(await stack.api.database('acceptances').select('id')).toEqual([]);
  });

  test('is one acceptance of all groups, which can be undone', async () => {
    const { body } = await post('accept-all', { min_confidence: 0.95 });
    expect(body).toMatchObject({ status: 'running', group_count: 3 });
    expect(await ended(body.acceptance_id)).toMatchObject({ changed_count: 6 });
    expect((await list()).map(({ name }) => name).sort()).toEqual(['nobody', 'unsure']);
    await post(`acceptances/${body.acceptance_id}/undo`);
    expect(await ended(body.acceptance_id)).toMatchObject({ undone_count: 6 });
    expect(await list()).toHaveLength(5);
  });

  test('leaves out what was rejected', async () => {
    const { id } = await group('blue door');
    await post(`${id}/reject`);
    const { body } = await post<AcceptAllPreviewBody>('accept-all', { dry_run: true });
    expect(body.examples.map(({ name }) => name)).toEqual(['red door', 'shell']);
  });

  test('is a conflict where nothing is as sure as that', async () => {
    expect((await post('accept-all', { min_confidence: 1 })).status).toBe(409);
  });

  test.each([
    [{ min_confidence: 1.1 }, '/min_confidence'],
    [{ min_confidence: 'high' }, '/min_confidence'],
    [{ dry_run: 'yes' }, '/dry_run'],
    [{ confidence: 1 }, '/confidence'],
  ])('refuses %j', async (body, pointer) => {
    const answered = await post('accept-all', body);
    expect(answered.status).toBe(400);
    expect(answered.body.errors).toMatchObject([{ pointer }]);
  });

  test('takes a thousand groups', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) =>
      [...String(at).padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join(''),
    );
    await store(
      names.flatMap((name) => [
        { merchantName: `Shop ${name} 1` },
        { merchantName: `Shop ${name} 2` },
      ]),
    );
    await stack.api.database('merchant_answers').insert(
      names.map((name, at) => ({
        merchant: `shop ${name}`,
        category_id: at % 2 === 0 ? food : fuel,
        confidence: 0.99,
        model: 'test-model',
      })),
    );
    const { body } = await post('accept-all', { min_confidence: 0.98 });
    expect(body.group_count).toBe(1_001);
    expect(await ended(body.acceptance_id)).toMatchObject({ changed_count: 2_001 });
  });
});
