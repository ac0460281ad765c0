import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecategorizationBody } from '../../../src/api/admin/recategorizations/schema.ts';
import { maxOpenRecategorizations } from '../../../src/domain/recategorization.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

const base = '/api/admin/recategorizations';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterEach(() => emptyTables(api.database));
afterAll(() => api.stop());

const create = (body: unknown = {}) => api.post<RecategorizationBody & Problem>(base, body);

test('one is stored, and says where it is', async () => {
  const { status, headers, body } = await create({ scope: 'uncategorized', account_id: 'acc-1' });
  expect(status).toBe(202);
  expect(headers.get('location')).toBe(`${base}/${body.id}`);
  expect(body).toMatchObject({
    scope: 'uncategorized',
    account_id: 'acc-1',
    category_id: null,
    include_manual: false,
    status: 'pending',
    progress: 0,
    changed_count: 0,
    started_at: null,
    workflow: {
      workflow_id: `recategorization-${body.id}`,
      run_id: null,
      url: expect.stringMatching(`/workflows/recategorization-${body.id}$`),
    },
  });
  expect((await api.get(`${base}/${body.id}`)).body).toEqual(body);
});

test('all rows are meant where nothing is said', async () => {
  expect((await create()).body).toMatchObject({
    scope: 'all',
    account_id: null,
    start_date: null,
    end_date: null,
  });
});

test.each([
  [{ scope: 'some' }, '/scope'],
  [{ account_id: '' }, '/account_id'],
  [{ account_id: 'x'.repeat(256) }, '/account_id'],
  [{ category_id: 0 }, '/category_id'],
  [{ pattern_id: 'x' }, '/pattern_id'],
  [{ pattern_id: 2_147_483_647 }, '/pattern_id'],
  [{ start_date: '2026-02-30' }, '/start_date'],
  [{ start_date: '2026-02-02', end_date: '2026-02-01' }, '/end_date'],
  [{ include_manual: 'yes' }, '/include_manual'],
  [{ scope: 'uncategorized', category_id: 1 }, '/category_id'],
  [{ scopes: 'all' }, '/scopes'],
])('%j is refused at its field', async (body, pointer) => {
  const answer = await create(body);
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  expect((await api.get(base)).body).toEqual([]);
});

test('more than may be open are refused, until one has ended', async () => {
  const created = await Promise.all(
    Array.from({ length: maxOpenRecategorizations + 1 }, () => create()),
  );
  expect(created.map(({ status }) => status).sort()).toEqual([
    ...Array.from({ length: maxOpenRecategorizations }, () => 202),
    409,
  ]);
  const first = created.find(({ status }) => status === 202);
  await api.post(`${base}/${first?.body.id}/cancel`);
  expect((await create()).status).toBe(202);
});

describe('a cancelled one', () => {
  test('has ended, and cannot be cancelled again', async () => {
    const { id } = (await create()).body;
    const { status, body } = await api.post<RecategorizationBody>(`${base}/${id}/cancel`);
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(body.finished_at).not.toBeNull();
    expect((await api.post(`${base}/${id}/cancel`)).status).toBe(409);
  });

  test('and its start are in the audit log', async () => {
    const { id } = (await create({ scope: 'uncategorized' })).body;
    await api.post(`${base}/${id}/cancel`);
    const { body } = await api.get(
      `/api/admin/audit-log?resource=recategorizations&resource_id=${id}`,
    );
    expect(body).toMatchObject([
      { action: 'cancel', before: { status: 'pending' }, after: { status: 'cancelled' } },
      { action: 'create', after: { scope: 'uncategorized' } },
    ]);
  });
});

test('they are listed, newest first, and by status', async () => {
  const first = (await create()).body.id;
  const second = (await create()).body.id;
  await api.post(`${base}/${first}/cancel`);
  const ids = async (query: string) =>
    (await api.get<RecategorizationBody[]>(`${base}?${query}`)).body.map(({ id }) => id);
  expect(await ids('')).toEqual([second, first]);
  expect(await ids('status=cancelled')).toEqual([first]);
  expect(await ids('status=pending&status=processing')).toEqual([second]);
});

test.each(['1', 'x', '019b0000-0000-7000-8000-000000000000'])(
  'there is none with the id %s',
  async (id) => {
    expect((await api.get(`${base}/${id}`)).status).toBe(404);
    expect((await api.post(`${base}/${id}/cancel`)).status).toBe(404);
  },
);
