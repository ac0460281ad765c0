import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import { insertTestBatch, makeTransaction } from '../../helpers/insert-test-batch.ts';
import { type BrowserHeaders, insertUser, signIn } from '../../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

let api: TestApi;
let root: BrowserHeaders;
let rootId: number;

beforeAll(async () => {
  api = await startTestApi();
  rootId = await insertUser(api, 'root@example.com', 'admin');
  root = await signIn(api, 'root@example.com');
});
afterAll(() => api.stop());
beforeEach(() => emptyTables(api.database));

const log = async (query = '') =>
  (await api.get<AuditEntryBody[]>(`/api/admin/audit-log${query}`)).body;

test('tells of every change of a category: by whom, before and after, in which request', async () => {
  const created = await api.post<{ id: number }>(
    '/api/admin/categories',
    { name: 'Food' },
    { ...root, 'X-Request-Id': 'r-1' },
  );
  const { id } = created.body;
  await api.patch(`/api/admin/categories/${id}`, { name: 'Groceries' }, root);
  await api.delete(`/api/admin/categories/${id}`);
  const [deleted, updated, first] = await log(`?resource=categories&resource_id=${id}`);
  expect(first).toMatchObject({
    actor_type: 'user',
    actor_id: rootId,
    actor_name: 'root@example.com',
    action: 'create',
    before: null,
    after: { name: 'Food' },
    request_id: 'r-1',
  });
  expect(updated).toMatchObject({
    action: 'update',
    before: { name: 'Food' },
    after: { name: 'Groceries' },
  });
  expect(deleted).toMatchObject({
    actor_type: 'api_key',
    action: 'delete',
    before: { name: 'Groceries' },
    after: null,
  });
});

test('tells of patterns, imports, keys, users, sessions, and categories set by hand', async () => {
  const { body: category } = await api.post<{ id: number }>('/api/admin/categories', {
    name: 'Fuel',
  });
  const { body: pattern } = await api.post<{ id: number }>('/api/admin/category-patterns', {
    category_id: category.id,
    pattern: 'esso',
  });
  await api.patch(`/api/admin/category-patterns/${pattern.id}`, { priority: 5 });
  await api.delete(`/api/admin/category-patterns/${pattern.id}`);
  await api.post('/api/admin/categories/import', {
    categories: [{ name: 'Pets', patterns: ['vet'] }],
  });
  const { body: key } = await api.post<{ id: number; key: string }>('/api/admin/api-keys', {
    name: 'k',
    scopes: ['read'],
  });
  await api.delete(`/api/admin/api-keys/${key.id}`);
  await api.delete(`/api/admin/api-keys/${key.id}`);
  await api.post('/api/admin/users', { email: 'a@example.com', name: 'A', role: 'viewer' });
  await signIn(api, 'root@example.com');
  const batch = await insertTestBatch(api.database, [
    makeTransaction({ merchantName: 'SECRET SHOP' }),
  ]);
  await api.patch(`/api/admin/transactions/${batch.firstTransactionId}`, {
    category_id: category.id,
  });

  const entries = (await log()).reverse();
  expect(entries.map(({ resource, action }) => `${resource} ${action}`)).toEqual([
    'categories create',
    'category-patterns create',
    'category-patterns update',
    'category-patterns delete',
    'categories import',
    'api-keys create',
    'api-keys revoke',
    'users create',
    'users sign_in',
    'transactions update',
  ]);
  expect(entries.at(-1)).toMatchObject({
    before: { category_id: null, category_source: null },
    after: { category_id: category.id, category: 'Fuel', category_source: 'manual' },
  });
  const text = JSON.stringify(entries);
  for (const secret of [key.key, 'SECRET SHOP', 'scrypt', root.Cookie])
    expect(text).not.toContain(secret);
});

test('tells what an import created, the first hundred by name', async () => {
  await api.post('/api/admin/category-patterns', {
    category_id: (await api.post('/api/admin/categories', { name: 'Known' })).body.id,
    pattern: 'known',
  });
  const patterns = ['known', ...Array.from({ length: 149 }, (_, index) => `pattern ${index}`)];
  await api.post('/api/admin/categories/import', {
    categories: [
      { name: 'known', patterns: [] },
      { name: 'Imported', patterns },
      ...Array.from({ length: 120 }, (_, index) => ({ name: `Many ${index}`, patterns: [] })),
    ],
  });
  const [entry] = await log('?action=import');
  expect(entry?.after).toEqual({
    categories_created: 121,
    patterns_created: 149,
    unchanged: 2,
    categories: ['Imported', ...Array.from({ length: 99 }, (_, index) => `Many ${index}`)],
    patterns: Array.from({ length: 100 }, (_, index) => ({
      category: 'Imported',
      pattern: `pattern ${index}`,
    })),
  });
  // An import that changes nothing says so.
  await api.post('/api/admin/categories/import', {
    categories: [{ name: 'Known', patterns: ['known'] }],
  });
  expect((await log('?action=import'))[0]?.after).toEqual({
    categories_created: 0,
    patterns_created: 0,
    unchanged: 2,
    categories: [],
    patterns: [],
  });
});

test('says of each of many changes at once what it found', async () => {
  const { body: category } = await api.post('/api/admin/categories', { name: 'Start' });
  const { body: pattern } = await api.post('/api/admin/category-patterns', {
    category_id: category.id,
    pattern: 'start',
  });
  const { body: other } = await api.post('/api/admin/categories', { name: 'Other' });
  await api.post('/api/integrations/transactions', {
    transactions: [
      {
        transaction_id: 'race',
        account_id: 'race',
        amount: '-1.00',
        currency: 'USD',
        date: '2026-01-15',
      },
    ],
  });
  const [row] = (await api.get('/api/admin/transactions?account_id=race')).body;
  const eight = Array.from({ length: 8 }, (_, place) => place);
  await Promise.all(
    eight.flatMap((place) => [
      api.patch(`/api/admin/categories/${category.id}`, { name: `Name ${place}` }),
      api.patch(`/api/admin/category-patterns/${pattern.id}`, { priority: place + 1 }),
      api.patch(`/api/admin/transactions/${row.id}`, {
        category_id: place % 2 === 0 ? category.id : other.id,
      }),
    ]),
  );
  const chain = async (resource: string, id: number, field: string) => {
    const query = `?resource=${resource}&resource_id=${id}&action=update&_sort=id`;
    return (await log(query)).map(({ before, after }) => [
      (before as Record<string, unknown>)[field],
      (after as Record<string, unknown>)[field],
    ]);
  };
  for (const steps of [
    await chain('categories', category.id, 'name'),
    await chain('category-patterns', pattern.id, 'priority'),
    await chain('transactions', row.id, 'category_id'),
  ]) {
    expect(steps).toHaveLength(8);
    expect(steps.slice(1).map(([before]) => before)).toEqual(
      steps.slice(0, -1).map(([, after]) => after),
    );
  }
});

test('tells nothing of a change that failed', async () => {
  await api.post('/api/admin/categories', { name: 'Twice' });
  const answer = await api.post('/api/admin/categories', { name: 'TWICE' });
  expect(answer.status).toBe(409);
  await api.patch('/api/admin/categories/999999', { name: 'Nothing' });
  expect(await log()).toHaveLength(1);
});

test('filters by actor and by time', async () => {
  await api.post('/api/admin/categories', { name: 'By key' });
  await api.post('/api/admin/categories', { name: 'By root' }, root);
  expect(await log('?actor_type=user')).toMatchObject([{ after: { name: 'By root' } }]);
  expect(await log('?actor_name_like=ROOT@')).toHaveLength(1);
  expect(
    await log(`?at_gte=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`),
  ).toEqual([]);
  expect(await log(`?at_lte=${encodeURIComponent(new Date().toISOString())}`)).toHaveLength(2);
});

test('tells of users and API keys to admins alone', async () => {
  await api.post('/api/admin/api-keys', { name: 'k', scopes: ['read'] }, root);
  await api.post('/api/admin/categories', { name: 'For all' }, root);
  await insertUser(api, 'editor@example.com', 'editor');
  const editor = await signIn(api, 'editor@example.com');
  const seen = async (headers: Record<string, string>, query = '') => {
    const answer = await api.get<AuditEntryBody[]>(`/api/admin/audit-log${query}`, headers);
    const resources = answer.body.map(({ resource }) => resource);
    return [Number(answer.headers.get('x-total-count')), [...new Set(resources)].sort()];
  };
  expect(await seen(editor)).toEqual([1, ['categories']]);
  expect(await seen(editor, '?resource=users&resource=api-keys')).toEqual([0, []]);
  expect(await seen(editor, '?_start=0&_end=1')).toEqual([1, ['categories']]);
  expect(await seen(root)).toEqual([3, ['api-keys', 'categories', 'users']]);
});

test('tells whether what was changed is still there', async () => {
  const { body: kept } = await api.post('/api/admin/categories', { name: 'Kept' });
  const { body: gone } = await api.post('/api/admin/categories', { name: 'Gone' });
  await api.delete(`/api/admin/categories/${gone.id}`);
  await api.post('/api/admin/categories/import', { categories: [{ name: 'New', patterns: [] }] });
  const batch = await insertTestBatch(api.database, [makeTransaction()]);
  await api.database('audit_log').insert({
    actor_type: 'system',
    actor_name: 'test',
    action: 'retry',
    resource: 'batches',
    resource_id: batch.id,
  });
  await api.patch(`/api/admin/transactions/${batch.firstTransactionId}`, { category_id: kept.id });
  const entries = (await log('?_sort=id')).map(({ resource, resource_id, still_exists }) => [
    resource,
    resource_id,
    still_exists,
  ]);
  expect(entries).toEqual([
    ['categories', String(kept.id), true],
    ['categories', String(gone.id), false],
    ['categories', String(gone.id), false],
    ['categories', null, false],
    ['batches', batch.id, true],
    ['transactions', String(batch.firstTransactionId), true],
  ]);
});
