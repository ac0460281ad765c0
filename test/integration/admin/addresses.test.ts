import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import { insertTestBatch, makeTransaction } from '../../helpers/insert-test-batch.ts';
import { type BrowserHeaders, insertUser, openSession } from '../../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';

const anAddress = /@|\bada\b|nameless/i;
let api: TestApi;
/** Who has a name of their own, and who has the address for one. */
let ada: BrowserHeaders;
let nameless: BrowserHeaders;
let namelessId: number;
let viewer: BrowserHeaders;
let editor: BrowserHeaders;
/** Everything that a viewer may read of what the two have done. */
let paths: string[];

beforeAll(async () => {
  api = await startTestApi();
  const adaId = await insertUser(api, 'ada@example.com', 'editor');
  await api.database('admin_users').where({ id: adaId }).update({ name: 'Countess' });
  ada = await openSession(api, adaId);
  namelessId = await insertUser(api, 'nameless@example.com', 'editor');
  nameless = await openSession(api, namelessId);
  viewer = await openSession(api, await insertUser(api, 'viewer@example.org', 'viewer'));
  editor = await openSession(api, await insertUser(api, 'editor@example.org', 'editor'));

  const category = (await api.post('/api/admin/categories', { name: 'Food' }, ada)).body;
  const newPattern = { category_id: category.id, pattern: 'bakery' };
  const pattern = (await api.post('/api/admin/category-patterns', newPattern, ada)).body;
  const batch = await insertTestBatch(api.database, [makeTransaction(), makeTransaction()]);
  const id = batch.firstTransactionId as number;
  const matched = { category_id: category.id, category_source: 'pattern' };
  await api
    .database('transactions')
    .where({ id: id + 1 })
    .update({ ...matched, matched_pattern_id: pattern.id, matched_field: 'merchant_name' });
  await api.delete(`/api/admin/category-patterns/${pattern.id}`, ada);
  await api.patch(`/api/admin/transactions/${id}`, { category_id: category.id }, nameless);
  const runs = [
    (await api.post('/api/admin/recategorizations', {}, ada)).body,
    (await api.post('/api/admin/recategorizations', { scope: 'uncategorized' }, nameless)).body,
  ];
  await api.post(`/api/admin/recategorizations/${runs[0].id}/cancel`, undefined, ada);
  paths = [
    '/api/admin/audit-log',
    '/api/admin/recategorizations',
    ...runs.map((run) => `/api/admin/recategorizations/${run.id}`),
    `/api/admin/transactions/${id}/explanation`,
    `/api/admin/transactions/${id + 1}/explanation`,
    '/api/admin/transactions',
    '/api/admin/batches',
    `/api/admin/batches/${batch.id}`,
    '/api/admin/categories',
    '/api/admin/system',
    '/api/admin/dashboard',
  ];
});
afterAll(() => api.stop());

test('nobody but an admin reads an e-mail address of somebody else', async () => {
  for (const headers of [viewer, editor]) {
    for (const path of paths) {
      const answer = await api.get(path, headers);
      expect([path, answer.status]).toEqual([path, 200]);
      expect([path, JSON.stringify(answer.body)]).toEqual([
        path,
        expect.not.stringMatching(anAddress),
      ]);
    }
  }
});

test('they read names instead, or which user it was where the name is an address', async () => {
  const { body } = await api.get<AuditEntryBody[]>('/api/admin/audit-log?actor_type=user', viewer);
  const names = new Set(body.map(({ actor_name }) => actor_name));
  expect(names).toEqual(new Set(['Countess', `User ${namelessId}`]));
  const runs = (await api.get('/api/admin/recategorizations?_sort=created_at', viewer)).body;
  expect(runs.map((run: { requested_by: string }) => run.requested_by)).toEqual([
    'Countess',
    `User ${namelessId}`,
  ]);
  const [byHand, byPattern] = await Promise.all(
    paths
      .filter((path) => path.endsWith('/explanation'))
      .map(async (path) => (await api.get(path, viewer)).body),
  );
  expect(byHand.set_by_hand.by).toBe(`User ${namelessId}`);
  expect(byPattern.stored_pattern.deleted.by).toBe('Countess');
});

test('a search for an address finds it for admins alone', async () => {
  const found = async (query: string, headers?: Record<string, string>) =>
    Number((await api.get(`/api/admin/audit-log?${query}`, headers)).headers.get('x-total-count'));
  for (const query of ['actor_name_like=ada@', 'actor_name=ada%40example.com']) {
    expect(await found(query)).toBeGreaterThan(0);
    expect(await found(query, viewer)).toBe(0);
  }
  expect(await found('actor_name_like=countess', viewer)).toBeGreaterThan(0);
});

test('admins read addresses', async () => {
  const { body } = await api.get<AuditEntryBody[]>('/api/admin/audit-log?actor_type=user');
  const names = new Set(body.map(({ actor_name }) => actor_name));
  expect(names).toEqual(new Set(['ada@example.com', 'nameless@example.com']));
});
