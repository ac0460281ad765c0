import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TransactionExplanationBody } from '../../../src/api/admin/transactions/explanation-schema.ts';
import { insertTestBatch, makeTransaction } from '../../helpers/insert-test-batch.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';

let api: TestApi;
let categoryId: number;
let longPatterns: string[];
beforeAll(async () => {
  api = await startTestApi();
  await insertTestBatch(api.database, [makeTransaction({ merchantName: 'Corner shop' })]);
  ({ id: categoryId } = (await api.post('/api/admin/categories', { name: 'Long ones' })).body);
  longPatterns = Array.from({ length: 4_000 }, () =>
    randomBytes(255).toString('base64').slice(0, 255).toLowerCase(),
  );
  await api.database.raw(
    'INSERT INTO category_patterns (category_id, pattern, normalized_pattern) SELECT ?, text, text FROM unnest(?::text[]) AS text',
    [categoryId, longPatterns],
  );
  await api.database('transactions').update({ ingestion_status: 'completed' });
});
afterAll(() => api.stop());

/** How often the API has answered something else until it has answered this. */
async function answersDuring(work: Promise<{ status: number }>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let answers = 0;
  while (!isDone) {
    expect((await api.get('/healthz')).status).toBe(200);
    answers++;
  }
  expect((await done).status).toBe(200);
  return answers;
}

test('thousands of long patterns keep nobody waiting while they are compiled', async () => {
  const preview = api.post('/api/admin/category-patterns/preview', {
    category_id: categoryId,
    pattern: 'corner',
  });
  expect(await answersDuring(preview)).toBeGreaterThan(20);
});

test('patterns are tried on a text without being compiled', async () => {
  await api.post('/api/admin/category-patterns', { category_id: categoryId, pattern: 'corner' });
  const { body } = await api.post<TransactionExplanationBody>('/api/admin/category-patterns/test', {
    merchant_name: `at the corner of ${longPatterns[0]}`,
    description: null,
  });
  expect(body.winner?.pattern).toBe(longPatterns[0]);
  expect(body.others.map(({ pattern }) => pattern)).toEqual(['corner']);
});
