import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CategoryBody } from '../../../src/api/admin/categories/schema.ts';
import type { CategoryPatternBody } from '../../../src/api/admin/category-patterns/schema.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

const base = '/api/admin/category-patterns';

let api: TestApi;
let groceries: number;
let travel: number;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
  groceries = (await api.post<CategoryBody>('/api/admin/categories', { name: 'Groceries' })).body
    .id;
  travel = (await api.post<CategoryBody>('/api/admin/categories', { name: 'travel' })).body.id;
});

const create = (body: object) => api.post<CategoryPatternBody & Problem>(base, body);
const list = (query: string) => api.get<CategoryPatternBody[] & Problem>(`${base}?${query}`);

test('is created, read, changed and deleted', async () => {
  const created = await create({ category_id: groceries, pattern: 'Walmart' });
  expect(created.status).toBe(201);
  const path = `${base}/${created.body.id}`;
  expect(created.headers.get('location')).toBe(path);
  expect(created.body).toEqual({
    id: expect.any(Number),
    category_id: groceries,
    category: 'Groceries',
    pattern: 'Walmart',
    priority: 0,
    match_mode: 'contains',
    created_at: expect.any(String),
    updated_at: created.body.created_at,
  });
  expect((await api.get(path)).body).toEqual(created.body);

  const change = { category_id: travel, pattern: 'uber', priority: 3, match_mode: 'word' };
  const changed = await api.patch<CategoryPatternBody>(path, change);
  expect(changed.body).toEqual({
    ...created.body,
    ...change,
    category: 'travel',
    updated_at: expect.any(String),
  });
  expect((await api.patch<CategoryPatternBody>(path, { priority: -1 })).body).toMatchObject({
    pattern: 'uber',
    priority: -1,
    match_mode: 'word',
  });

  expect((await api.delete(path)).status).toBe(204);
  expect((await api.delete(path)).status).toBe(404);
  expect((await api.get(path)).status).toBe(404);
  expect((await api.patch(path, {})).status).toBe(404);
});

test('the same pattern twice is a 409, also in another category and another spelling', async () => {
  await create({ category_id: groceries, pattern: 'whole  foods' });
  for (const pattern of ['whole foods', ' WHOLE\u00a0FOODS ', 'Whole\tFoods']) {
    const { status, body } = await create({ category_id: travel, pattern });
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([409, 'conflict', '/pattern']);
  }
  const other = await create({ category_id: travel, pattern: 'uber' });
  const { status, body } = await api.patch<Problem>(`${base}/${other.body.id}`, {
    pattern: 'WHOLE FOODS',
  });
  expect([status, body.errors?.[0]?.pointer]).toEqual([409, '/pattern']);
});

test('the same pattern twice is a 409 whatever the match modes', async () => {
  await create({ category_id: groceries, pattern: 'pub', match_mode: 'word' });
  for (const match_mode of ['contains', 'word']) {
    const { status } = await create({ category_id: travel, pattern: 'Pub', match_mode });
    expect(status).toBe(409);
  }
});

test('a category that does not exist is a 400', async () => {
  const { status, body } = await create({ category_id: 2_147_483_647, pattern: 'x' });
  expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([
    400,
    'invalid_request',
    '/category_id',
  ]);
  const { body: pattern } = await create({ category_id: travel, pattern: 'uber' });
  const patch = await api.patch<Problem>(`${base}/${pattern.id}`, { category_id: 2_147_483_647 });
  expect([patch.status, patch.body.errors?.[0]?.pointer]).toEqual([400, '/category_id']);
});

test.each([
  ['a missing category', { category_id: undefined }, '/category_id'],
  ['a category beyond integer', { category_id: 2_147_483_648 }, '/category_id'],
  ['a category of text', { category_id: '1' }, '/category_id'],
  ['a category of null', { category_id: null }, '/category_id'],
  ['a missing pattern', { pattern: undefined }, '/pattern'],
  ['a blank pattern', { pattern: ' \u2003\n' }, '/pattern'],
  ['NUL', { pattern: 'a\0' }, '/pattern'],
  ['a lone surrogate', { pattern: '\udc00a' }, '/pattern'],
  ['a pattern of 256 characters', { pattern: 'é'.repeat(256) }, '/pattern'],
  ['a pattern that normalises to more', { pattern: '\ufdfa'.repeat(255) }, '/pattern'],
  ['a fraction as priority', { priority: 0.5 }, '/priority'],
  ['a priority above 1000', { priority: 1001 }, '/priority'],
  ['a priority below -1000', { priority: -1001 }, '/priority'],
  ['a priority of null', { priority: null }, '/priority'],
  ['a match mode that is none', { match_mode: 'regex' }, '/match_mode'],
  ['a match mode of null', { match_mode: null }, '/match_mode'],
  ['an unknown field', { category: 'x' }, '/category'],
])('refuses %s', async (_, change, pointer) => {
  const answer = await create({ category_id: groceries, pattern: 'fine', ...change });
  expect([answer.status, answer.body.errors?.map((error) => error.pointer)]).toEqual([
    400,
    [pointer],
  ]);
});

test.each([
  { pattern: '😀'.repeat(255) },
  { pattern: 'high', priority: 1000 },
  { pattern: 'low', priority: -1000 },
  { pattern: 'x' },
  { pattern: 'pub', match_mode: 'word' },
])('takes %j', async (given) => {
  const { status, body } = await create({ category_id: groceries, ...given });
  expect(status).toBe(201);
  expect(body).toMatchObject(given);
});

test('one of many that are created at once wins', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => create({ category_id: groceries, pattern: 'walmart' })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
});

describe('the list', () => {
  beforeEach(async () => {
    await create({ category_id: travel, pattern: 'Uber', priority: 5, match_mode: 'word' });
    await create({ category_id: groceries, pattern: 'walmart', priority: 0 });
    await create({ category_id: groceries, pattern: 'Kroger_x', priority: -5 });
  });
  const patterns = async (query: string) => (await list(query)).body.map(({ pattern }) => pattern);

  test.each([
    ['', ['Uber', 'walmart', 'Kroger_x']],
    ['_sort=pattern', ['Kroger_x', 'Uber', 'walmart']],
    ['_sort=priority', ['Kroger_x', 'walmart', 'Uber']],
    ['_sort=category,id&_order=asc,desc', ['Kroger_x', 'walmart', 'Uber']],
    ['q=KROGER_', ['Kroger_x']],
    ['q=%20uber%20', ['Uber']],
    ['priority_gte=0&priority_lte=4', ['walmart']],
    ['priority=-5&priority=5', ['Uber', 'Kroger_x']],
    ['pattern_like=R_', ['Kroger_x']],
    ['match_mode=word', ['Uber']],
    ['match_mode_ne=word&_sort=match_mode', ['walmart', 'Kroger_x']],
    ['_sort=match_mode,id&_order=desc,asc', ['Uber', 'walmart', 'Kroger_x']],
    ['_start=1&_end=2', ['walmart']],
  ])('answers ?%s', async (query, expected) => {
    expect(await patterns(query)).toEqual(expected);
  });

  test('filters by category, and counts what passes', async () => {
    const { headers, body } = await list(`category_id=${groceries}&_end=1`);
    expect([body.length, headers.get('x-total-count')]).toEqual([1, '2']);
    expect(await patterns(`category_id_ne=${groceries}`)).toEqual(['Uber']);
  });

  test.each([
    ['_sort=normalized_pattern', '/_sort'],
    ['category=x', '/category'],
    ['category_id_gte=1', '/category_id_gte'],
    ['category_id=', '/category_id'],
    ['match_mode=regex', '/match_mode'],
    ['priority_gte=1&priority_gte=2', '/priority_gte'],
  ])('refuses ?%s', async (query, pointer) => {
    const { status, body } = await list(query);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});
