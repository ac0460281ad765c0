import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CategoryBody } from '../../../src/api/admin/categories/schema.ts';
import { PatternCache } from '../../../src/cache/pattern-cache.ts';
import { loadPatternSet } from '../../../src/db/categories/pattern-set.ts';
import { insertTestBatch, makeTransaction } from '../../helpers/insert-test-batch.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

const patternKey = 'transaction_category_patterns';
const dates = ['2026-01-01', '2026-01-31'];
const reportKey = (account: string) => `account_summary:${account}:${dates.join(':')}`;

let api: TestApi;
let categoryId: number;
let patternId: number;
let transactionId: number;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

/** Fills both caches, and makes sure that they are filled. */
beforeEach(async () => {
  await emptyTables(api.database);
  const category = await api.post<CategoryBody>('/api/admin/categories', { name: 'Groceries' });
  categoryId = category.body.id;
  const pattern = { category_id: categoryId, pattern: 'walmart' };
  patternId = (await api.post<CategoryBody>('/api/admin/category-patterns', pattern)).body.id;
  const batch = await insertTestBatch(api.database, [
    makeTransaction(),
    makeTransaction({ accountId: 'acc-2' }),
  ]);
  transactionId = batch.firstTransactionId as number;
  await new PatternCache(api.cache).set(await loadPatternSet(api.database));
  for (const account of ['acc-1', 'acc-2']) {
    const [start, end] = dates;
    const path = `/api/reports/account/${account}/summary?start_date=${start}&end_date=${end}`;
    expect((await api.get(path)).status).toBe(200);
  }
  expect(await cached()).toEqual([true, true, true]);
});

/** Whether the pattern set and the reports of both accounts are cached. */
async function cached(): Promise<boolean[]> {
  const keys = [patternKey, reportKey('acc-1'), reportKey('acc-2')];
  return Promise.all(keys.map(async (key) => (await api.cache.get(key)) !== null));
}

describe('patterns and reports leave the cache after', () => {
  test.each<[string, () => Promise<{ status: number }>]>([
    ['a category is created', () => api.post('/api/admin/categories', { name: 'New' })],
    [
      'a category is changed',
      () => api.patch(`/api/admin/categories/${categoryId}`, { name: 'Renamed' }),
    ],
    ['a category is deleted', () => api.delete(`/api/admin/categories/${categoryId}`)],
    [
      'an import',
      () => api.post('/api/admin/categories/import', { categories: [{ name: 'Imported' }] }),
    ],
    [
      'a pattern is created',
      () => api.post('/api/admin/category-patterns', { category_id: categoryId, pattern: 'new' }),
    ],
    [
      'a pattern is changed',
      () => api.patch(`/api/admin/category-patterns/${patternId}`, { priority: 1 }),
    ],
    ['a pattern is deleted', () => api.delete(`/api/admin/category-patterns/${patternId}`)],
  ])('%s', async (_, change) => {
    expect((await change()).status).toBeLessThan(300);
    expect(await cached()).toEqual([false, false, false]);
  });
});

test('a category set by hand drops the reports of that account alone', async () => {
  const path = `/api/admin/transactions/${transactionId}`;
  expect((await api.patch(path, { category_id: categoryId })).status).toBe(200);
  expect(await cached()).toEqual([true, false, true]);
});

test('reading drops nothing', async () => {
  for (const resource of ['categories', 'categories/export', 'category-patterns', 'transactions'])
    expect((await api.get(`/api/admin/${resource}`)).status).toBe(200);
  expect(await cached()).toEqual([true, true, true]);
});
