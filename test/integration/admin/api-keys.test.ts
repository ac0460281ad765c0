import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ApiKeyBody } from '../../../src/api/admin/api-keys/schema.ts';
import { ApiKeys } from '../../../src/api/api-keys.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const base = '/api/admin/api-keys';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const withKey = (key: string) => ({ Authorization: `Bearer ${key}` });
const create = (body: object) => api.post<ApiKeyBody & { key: string } & Problem>(base, body);

test('a new key is shown once, and works', async () => {
  const { status, headers, body } = await create({ name: 'core banking', scopes: ['read'] });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`${base}/${body.id}`);
  expect(headers.get('cache-control')).toBe('no-store');
  const { key, ...shown } = body;
  expect(shown).toEqual({
    id: expect.any(Number),
    name: 'core banking',
    prefix: key.slice(0, 12),
    scopes: ['read'],
    account_prefixes: [],
    status: 'live',
    created_at: expect.any(String),
    created_by: { type: 'api_key', id: expect.any(Number), name: 'bootstrap' },
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
    rotated_from: null,
    rotated_to: null,
  });
  expect((await api.get('/api/integrations/batches', withKey(key))).status).toBe(200);

  const read = await api.get<ApiKeyBody>(`${base}/${body.id}`);
  expect(read.body).toEqual({ ...shown, last_used_at: expect.any(String) });
  const listed = JSON.stringify((await api.get(base)).body);
  expect(listed).toContain(shown.prefix);
  expect(listed).not.toContain(key);
});

test('a revoked key stops working at once, and stays in the list', async () => {
  const { body } = await create({ name: 'short-lived', scopes: ['read', 'ingest', 'read'] });
  expect(body.scopes).toEqual(['ingest', 'read']);
  const use = () => api.get('/api/integrations/batches', withKey(body.key));
  expect((await use()).status).toBe(200);
  expect((await api.delete(`${base}/${body.id}`)).status).toBe(204);
  expect((await use()).status).toBe(401);

  const first = await api.get<ApiKeyBody>(`${base}/${body.id}`);
  expect(first.body.revoked_at).toEqual(expect.any(String));
  expect((await api.delete(`${base}/${body.id}`)).status).toBe(204);
  expect((await api.get<ApiKeyBody>(`${base}/${body.id}`)).body).toEqual(first.body);
});

test('of many requests at once with the same key, one asks the database', async () => {
  const { key } = (await create({ name: 'busy', scopes: ['read'] })).body;
  const apiKeys = new ApiKeys(api.database);
  let selects = 0;
  const count = ({ sql }: { sql: string }) => {
    if (sql.startsWith('select')) selects++;
  };
  api.database.on('query', count);
  const found = await Promise.all(Array.from({ length: 50 }, () => apiKeys.find(key)));
  await apiKeys.find(key);
  api.database.off('query', count);
  expect(new Set(found)).toEqual(new Set([expect.objectContaining({ name: 'busy' })]));
  expect(selects).toBe(1);
});

test('what was looked up before a key was revoked is not remembered after it', async () => {
  const { body } = await create({ name: 'raced', scopes: ['read'] });
  const apiKeys = new ApiKeys(api.database);
  const before = apiKeys.find(body.key);
  apiKeys.forgetAll();
  expect(await before).toMatchObject({ name: 'raced' });
  expect(apiKeys.wasValid(body.key)).toBe(false);
  expect((await api.delete(`${base}/${body.id}`)).status).toBe(204);
  expect(await apiKeys.find(body.key)).toBe('unknown');
});

test('the list pages, sorts and searches', async () => {
  await create({ name: 'zz Top', scopes: ['read'] });
  await create({ name: 'zz Tin', scopes: ['read'] });
  // With a space, which the random beginnings of other keys do not have.
  const { headers, body } = await api.get<ApiKeyBody[]>(`${base}?q=ZZ%20T&_sort=name&_end=1`);
  expect([body.map(({ name }) => name), headers.get('x-total-count')]).toEqual([['zz Tin'], '2']);
  const bootstrap = await api.get<ApiKeyBody[]>(`${base}?name=bootstrap`);
  expect(bootstrap.body).toMatchObject([{ scopes: ['ingest', 'read', 'admin'] }]);
  expect((await api.get(`${base}?_sort=key_hash`)).status).toBe(400);
  expect((await api.get(`${base}?key_hash=x`)).status).toBe(400);
});

test.each([
  ['no name', { scopes: ['read'] }, '/name'],
  ['a blank name', { name: ' ', scopes: ['read'] }, '/name'],
  ['a name of 101 characters', { name: 'x'.repeat(101), scopes: ['read'] }, '/name'],
  ['no scopes', { name: 'x' }, '/scopes'],
  ['empty scopes', { name: 'x', scopes: [] }, '/scopes'],
  ['an unknown scope', { name: 'x', scopes: ['read', 'root'] }, '/scopes/1'],
  [
    'prefixes that are no array',
    { name: 'x', scopes: ['read'], account_prefixes: 'a' },
    '/account_prefixes',
  ],
  [
    'an empty prefix',
    { name: 'x', scopes: ['read'], account_prefixes: ['a', ''] },
    '/account_prefixes/1',
  ],
  [
    'a prefix of 256 characters',
    { name: 'x', scopes: ['read'], account_prefixes: ['x'.repeat(256)] },
    '/account_prefixes/0',
  ],
  [
    'a prefix with NUL',
    { name: 'x', scopes: ['read'], account_prefixes: ['\0'] },
    '/account_prefixes/0',
  ],
  [
    '101 prefixes',
    { name: 'x', scopes: ['read'], account_prefixes: Array.from({ length: 101 }, String) },
    '/account_prefixes',
  ],
  [
    'prefixes with the scope admin',
    { name: 'x', scopes: ['read', 'admin'], account_prefixes: ['a'] },
    '/account_prefixes',
  ],
  [
    'an expiry in the past',
    { name: 'x', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' },
    '/expires_at',
  ],
  [
    'an expiry that is now',
    { name: 'x', scopes: ['read'], expires_at: new Date().toISOString() },
    '/expires_at',
  ],
  [
    'an expiry that is a date',
    { name: 'x', scopes: ['read'], expires_at: '2999-01-01' },
    '/expires_at',
  ],
  [
    'an expiry without a zone',
    { name: 'x', scopes: ['read'], expires_at: '2999-01-01T00:00:00' },
    '/expires_at',
  ],
  [
    'an expiry on no day',
    { name: 'x', scopes: ['read'], expires_at: '2999-02-30T00:00:00Z' },
    '/expires_at',
  ],
  ['a key of its own', { name: 'x', scopes: ['read'], key: 'mine' }, '/key'],
])('refuses %s', async (_, body, pointer) => {
  const answer = await create(body);
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
});

test.each(['0', 'x', '999999'])('there is no key %s', async (id) => {
  expect((await api.get(`${base}/${id}`)).status).toBe(404);
  expect((await api.delete(`${base}/${id}`)).status).toBe(404);
});
