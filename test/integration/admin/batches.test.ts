import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AdminBatchBody } from '../../../src/api/admin/batches/schema.ts';
import { markBatchFailed } from '../../../src/db/batches/change-batch-status.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const base = '/api/admin/batches';

let api: TestApi;
const ids: string[] = [];
beforeAll(async () => {
  api = await startTestApi();
  for (const [request_id, count] of [
    ['Nightly-1', 3],
    [null, 1],
    ['nightly_2', 2],
  ] as const) {
    const transactions = Array.from({ length: count }, (_, i) => ({
      transaction_id: `${request_id}-${i}`,
      account_id: 'acc-1',
      amount: '-1.00',
      currency: 'USD',
      date: '2026-01-15',
    }));
    // The last batch holds a row twice.
    if (request_id === 'nightly_2') transactions.push(transactions[0] as (typeof transactions)[0]);
    const body = { request_id, transactions };
    const { body: batch } = await api.post<{ batch_id: string }>(
      '/api/integrations/transactions',
      body,
    );
    ids.push(batch.batch_id);
  }
  await markBatchFailed(api.database, ids[1] as string, 'test');
});
afterAll(() => api.stop());

const list = (query: string) => api.get<AdminBatchBody[] & Problem>(`${base}?${query}`);

test('a batch is shown as clients see it, with its id', async () => {
  const { status, body } = await api.get(`${base}/${ids[0]}`);
  const seen = await api.get<object>(`/api/integrations/batches/${ids[0]}`);
  expect([status, body]).toEqual([200, { ...seen.body, id: ids[0] }]);
});

test.each(['1', 'x', '019b0000-0000-7000-8000-000000000000'])(
  'there is no batch %s',
  async (id) => {
    expect((await api.get(`${base}/${id}`)).status).toBe(404);
  },
);

test.each([
  ['', [2, 1, 0]],
  ['_sort=id', [0, 1, 2]],
  ['_sort=created_at&_order=desc', [2, 1, 0]],
  ['_sort=transaction_count', [1, 2, 0]],
  ['_start=1&_end=2', [1]],
  ['status=failed', [1]],
  ['status_ne=failed', [2, 0]],
  ['status=failed&status=pending', [2, 1, 0]],
  ['q=NIGHTLY', [2, 0]],
  ['q=y_', [2]],
  ['created_at_gte=2020-01-01T00:00:00Z', [2, 1, 0]],
  ['created_at_lte=2020-01-01T00:00:00%2B02:00', []],
  ['duplicate_count_gte=1', [2]],
  ['_sort=duplicate_count,id&_order=desc,asc', [2, 0, 1]],
])('the list answers ?%s', async (query, places) => {
  const { body } = await list(query);
  expect(body.map(({ id }) => ids.indexOf(id))).toEqual(places);
});

test('the list tells the total', async () => {
  expect((await list('_end=1')).headers.get('x-total-count')).toBe('3');
  expect((await list('_end=1&q=nightly')).headers.get('x-total-count')).toBe('2');
  expect((await list(`id=${ids[0]}&id=${ids[2]}`)).headers.get('x-total-count')).toBe('2');
});

test.each([
  ['_sort=status', '/_sort'],
  ['status=done', '/status'],
  ['created_at_gte=yesterday', '/created_at_gte'],
  ['duplicate_count_gte=x', '/duplicate_count_gte'],
  ['id=1', '/id'],
])('the list refuses ?%s', async (query, pointer) => {
  const { status, body } = await list(query);
  expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
});
