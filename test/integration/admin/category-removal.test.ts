import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Batch } from '../../../src/db/models/batch.ts';
import { completeTransactions } from '../../../src/db/transactions/complete-transactions.ts';
import {
  insertCategory,
  insertTestBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { patternMatch } from '../../helpers/pattern-match.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

const base = '/api/admin/categories';
const patternsPath = '/api/admin/category-patterns';

let api: TestApi;
let food: number;
let groceries: number;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
  food = await insertCategory(api.database, 'Food', ['tesco', 'aldi']);
  groceries = await insertCategory(api.database, 'Groceries', ['walmart']);
});

const patternIds = async (): Promise<number[]> =>
  (await api.get(`${patternsPath}?_sort=id`)).body.map(({ id }: { id: number }) => id);
const patterns = async (categoryId: number): Promise<string[]> =>
  (await api.get(`${patternsPath}?category_id=${categoryId}&_sort=id`)).body.map(
    ({ pattern }: { pattern: string }) => pattern,
  );
const log = async (resource: string) =>
  (await api.get(`/api/admin/audit-log?resource=${resource}&_sort=id`)).body;

/** One row by a pattern, one by hand, and one without a category. */
async function insertRows(categoryId: number) {
  const batch = await insertTestBatch(
    api.database,
    [0, 1, 2].map(() => makeTransaction()),
  );
  const first = batch.firstTransactionId as number;
  const [patternId = 0] = await patternIds();
  const match = patternMatch(categoryId, { patternId });
  await completeTransactions(
    api.database,
    [batch.id],
    [
      { id: first, match },
      { id: first + 1, match: null },
      { id: first + 2, match: null },
    ],
  );
  await api.patch(`/api/admin/transactions/${first + 1}`, { category_id: categoryId });
  return { batchId: batch.id, first };
}

describe('merging a category into another one', () => {
  test('moves its patterns and rows, keeps what was set by hand, and the counts of batches', async () => {
    const { batchId, first } = await insertRows(food);
    const { status, body } = await api.post(`${base}/${food}/merge`, { into_id: groceries });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: groceries,
      name: 'Groceries',
      pattern_count: 3,
      transaction_count: 2,
    });
    expect((await api.get(`${base}/${food}`)).status).toBe(404);
    expect(await patterns(groceries)).toEqual(['tesco', 'aldi', 'walmart']);
    const rows = await api
      .database('transactions')
      .orderBy('id')
      .select('category_id as categoryId', 'category_source as source');
    expect(rows).toEqual([
      { categoryId: groceries, source: 'pattern' },
      { categoryId: groceries, source: 'manual' },
      { categoryId: null, source: null },
    ]);
    expect(await Batch.query(api.database).findById(batchId)).toMatchObject({
      completedCount: 3,
      categorizedCount: 2,
    });
    expect((await api.get(`/api/admin/transactions/${first}`)).body.matched_pattern).toBe('tesco');
  });

  test('is in the audit log, with every pattern that moved', async () => {
    await api.post(`${base}/${food}/merge`, { into_id: groceries });
    expect(await log('categories')).toMatchObject([
      {
        action: 'merge',
        resource_id: String(food),
        before: { merged: { name: 'Food', pattern_count: 2 }, into: { name: 'Groceries' } },
        after: { name: 'Groceries', pattern_count: 3 },
      },
    ]);
    expect(await log('category-patterns')).toMatchObject([
      {
        action: 'update',
        before: { category: 'Food', pattern: 'tesco' },
        after: { category: 'Groceries' },
      },
      {
        action: 'update',
        before: { category: 'Food', pattern: 'aldi' },
        after: { category: 'Groceries' },
      },
    ]);
  });

  test.each([
    ['into itself', () => ({ into_id: food }), 400],
    ['into none', () => ({ into_id: 2_147_483_647 }), 400],
    ['without a target', () => ({}), 400],
  ])('is refused %s, and changes nothing', async (_, body, status) => {
    const answer = await api.post(`${base}/${food}/merge`, body());
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, '/into_id']);
    expect(await patterns(food)).toEqual(['tesco', 'aldi']);
  });

  test.each(['2147483647', 'x'])('of %s is a 404', async (id) => {
    expect((await api.post(`${base}/${id}/merge`, { into_id: groceries })).status).toBe(404);
  });

  test('both ways at once lets one win', async () => {
    const answers = await Promise.all([
      api.post(`${base}/${food}/merge`, { into_id: groceries }),
      api.post(`${base}/${groceries}/merge`, { into_id: food }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await patternIds()).length).toBe(3);
  });
});

test('deleting a category logs each of its patterns', async () => {
  expect((await api.delete(`${base}/${food}`)).status).toBe(204);
  expect(await log('category-patterns')).toMatchObject([
    { action: 'delete', before: { category: 'Food', pattern: 'tesco' } },
    { action: 'delete', before: { category: 'Food', pattern: 'aldi' } },
  ]);
});

describe('many patterns at once', () => {
  test('move to a category, each in the log; those there already stay as they are', async () => {
    const ids = await patternIds();
    const { status, body } = await api.post(`${patternsPath}/bulk-move`, {
      ids,
      category_id: groceries,
    });
    expect([status, body]).toEqual([200, { changed: 2 }]);
    expect(await patterns(groceries)).toEqual(['tesco', 'aldi', 'walmart']);
    expect(await log('category-patterns')).toMatchObject([
      {
        action: 'update',
        resource_id: String(ids[0]),
        before: { category: 'Food' },
        after: { category: 'Groceries' },
      },
      { action: 'update', resource_id: String(ids[1]) },
    ]);
  });

  test('are deleted, each in the log; those that are gone already do not matter', async () => {
    const [first, second] = await patternIds();
    const query = `id=${first}&id=${second}&id=2147483647`;
    const { status, body } = await api.delete(`${patternsPath}?${query}`);
    expect([status, body]).toEqual([200, { changed: 2 }]);
    expect(await patterns(food)).toEqual([]);
    expect(
      (await log('category-patterns')).map(({ action }: { action: string }) => action),
    ).toEqual(['delete', 'delete']);
  });

  test.each([
    ['no ids', { ids: [], category_id: 1 }, '/ids'],
    ['501 ids', { ids: Array.from({ length: 501 }, (_, i) => i + 1), category_id: 1 }, '/ids'],
    ['no category', { ids: [1] }, '/category_id'],
    ['a category that is none', { ids: [1], category_id: 2_147_483_647 }, '/category_id'],
  ])('do not move with %s', async (_, body, pointer) => {
    const answer = await api.post(`${patternsPath}/bulk-move`, body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
  });

  test.each(['', 'id=', 'id=x', 'category_id=1'])('are not deleted by ?%s', async (query) => {
    expect((await api.delete(`${patternsPath}?${query}`)).status).toBe(400);
    expect((await patternIds()).length).toBe(3);
  });
});
