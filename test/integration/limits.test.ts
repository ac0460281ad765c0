import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  maxCategories,
  maxJsonDepth,
  maxLiveApiKeys,
  maxPatternSetCharacters,
  maxPatterns,
  maxSessionsEach,
} from '../../src/domain/limits.ts';
import { type BrowserHeaders, insertUser, openSession } from '../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';

// Limits of bodies, rows, pages, streams and recategorizations are tested with what they limit.

let api: TestApi;
/** For one limit that another one of `api` would stand in the way of. */
let other: TestApi;
beforeAll(async () => {
  [api, other] = await Promise.all([startTestApi(), startTestApi()]);
});
afterAll(() => Promise.all([api.stop(), other.stop()]));

const conflict = { status: 409, body: { code: 'conflict' } };

test('a user has so many sessions, and one more ends the one that was idle for longest', async () => {
  const userId = await insertUser(api, 'ada@example.com', 'viewer');
  const sessions: BrowserHeaders[] = [];
  for (let count = 0; count < maxSessionsEach; count++)
    sessions.push(await openSession(api, userId));
  const isAlive = async (index: number) =>
    (await api.get('/api/admin/session', sessions[index])).status === 200;
  expect(await isAlive(0)).toBe(true);
  sessions.push(await openSession(api, userId));
  expect([await isAlive(0), await isAlive(1), await isAlive(maxSessionsEach)]).toEqual([
    false,
    true,
    true,
  ]);
});

test('so many API keys are live, and one more takes the place of one that is revoked', async () => {
  await api.database.raw(
    `INSERT INTO api_keys (name, prefix, key_hash, scopes)
       SELECT n::text, n::text, sha256(n::text::bytea), '{read}' FROM generate_series(1, ?) AS n`,
    [maxLiveApiKeys - 2],
  );
  const create = () =>
    api.post<{ id: number }>('/api/admin/api-keys', { name: 'x', scopes: ['read'] });
  const last = await create();
  expect(last.status).toBe(201);
  expect(await create()).toMatchObject(conflict);
  expect((await api.delete(`/api/admin/api-keys/${last.body.id}`)).status).toBe(204);
  expect((await create()).status).toBe(201);
});

test('so many categories and patterns exist, and not one more by whatever way', async () => {
  await api.database.raw(
    `INSERT INTO categories (name, normalized_name, color)
       SELECT n::text, n::text, '#336699' FROM generate_series(1, ?) AS n`,
    [maxCategories - 1],
  );
  await api.database.raw(
    `INSERT INTO category_patterns (category_id, pattern, normalized_pattern)
       SELECT (SELECT min(id) FROM categories), 'pattern ' || n, 'pattern ' || n FROM generate_series(1, ?) AS n`,
    [maxPatterns - 1],
  );
  const { body: category } = await api.post('/api/admin/categories', { name: 'The last' });
  const newPattern = (pattern: string) =>
    api.post('/api/admin/category-patterns', { category_id: category.id, pattern });
  const importOf = (name: string, patterns: string[]) =>
    api.post('/api/admin/categories/import', { categories: [{ name, patterns }] });
  expect(await api.post('/api/admin/categories', { name: 'One more' })).toMatchObject(conflict);
  expect(await importOf('One more', [])).toMatchObject(conflict);
  expect((await newPattern('the last')).status).toBe(201);
  expect(await newPattern('one more')).toMatchObject(conflict);
  expect(await importOf('The last', ['one more'])).toMatchObject(conflict);
  // What was there already does not count twice.
  expect((await importOf('The last', ['the last'])).status).toBe(200);
});

test('all patterns together have so many characters, and not one more by whatever way', async () => {
  const { body: category } = await other.post('/api/admin/categories', { name: 'Long ones' });
  const length = 250;
  await other.database.raw(
    `INSERT INTO category_patterns (category_id, pattern, normalized_pattern)
       SELECT ?, text, text FROM (SELECT rpad('pattern ' || n, ?, 'x') AS text FROM generate_series(1, ?) AS n) AS given`,
    [category.id, length, maxPatternSetCharacters / length - 1],
  );
  const newPattern = (pattern: string) =>
    other.post('/api/admin/category-patterns', { category_id: category.id, pattern });
  const importOf = (pattern: string) =>
    other.post('/api/admin/categories/import', {
      categories: [{ name: 'Long ones', patterns: [pattern] }],
    });
  const last = await newPattern('y'.repeat(length - 10));
  expect(last.status).toBe(201);
  const tooMany = {
    ...conflict,
    body: { detail: expect.stringContaining('1,500,000 characters') },
  };
  expect(await newPattern('z'.repeat(11))).toMatchObject(tooMany);
  expect(await importOf('z'.repeat(11))).toMatchObject(tooMany);
  const edit = (pattern: string) =>
    other.patch(`/api/admin/category-patterns/${last.body.id}`, { pattern });
  expect(await edit('y'.repeat(length + 1))).toMatchObject(tooMany);
  // One sign, of which normalising makes eighteen.
  expect(await newPattern('\ufdfa')).toMatchObject(tooMany);
  expect((await edit('y'.repeat(length))).status).toBe(200);
});

describe('JSON', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const row = (extra: string) =>
    `{"transaction_id":"t","account_id":"a","amount":"1","currency":"USD","date":"2026-01-31","extra":${extra}}`;
  const ingest = '/api/integrations/transactions';
  const send = (path: string, body: string, type = 'application/json') =>
    api.send<Problem>('POST', path, body, { 'Content-Type': type });

  test('of a batch may nest to the limit, and not one level more', async () => {
    const body = (depth: number) => `{"transactions":[${row(nested(depth - 3))}]}`;
    expect((await send(ingest, body(maxJsonDepth))).status).toBe(202);
    expect(await send(ingest, body(maxJsonDepth + 1))).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  test('of a line of NDJSON may, too', async () => {
    const type = 'application/x-ndjson';
    expect((await send(ingest, row(nested(maxJsonDepth - 1)), type)).status).toBe(202);
    expect(await send(ingest, row(nested(maxJsonDepth)), type)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/transactions/0', line: 1 }] },
    });
  });

  test('of brackets alone is refused at once, as large as a body may be', async () => {
    const answer = await send(ingest, '['.repeat(60 * 1024 * 1024));
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect((await send('/api/admin/categories', '['.repeat(60_000))).status).toBe(400);
    expect((await api.get('/healthz')).status).toBe(200);
  });
});

test('headers have 16 KiB, and no more', async () => {
  const withHeader = (bytes: number) => api.get('/healthz', { 'X-Large': 'x'.repeat(bytes) });
  expect((await withHeader(15 * 1024)).status).toBe(200);
  expect((await withHeader(16 * 1024)).status).toBe(431);
});
