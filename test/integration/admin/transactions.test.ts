import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { CategoryBody } from '../../../src/api/admin/categories/schema.ts';
import type { AdminTransactionBody } from '../../../src/api/admin/transactions/schema.ts';
import type { BatchBody } from '../../../src/api/batches/schema.ts';
import {
  markBatchCompleted,
  markBatchFailed,
  markBatchProcessing,
} from '../../../src/db/batches/change-batch-status.ts';
import type { Batch } from '../../../src/db/models/batch.ts';
import { completeTransactions } from '../../../src/db/transactions/complete-transactions.ts';
import { insertTestBatch, makeTransaction } from '../../helpers/insert-test-batch.ts';
import { patternMatch } from '../../helpers/pattern-match.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const base = '/api/admin/transactions';

let api: TestApi;
let categoryId: number;
let patternId: number;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
  categoryId = (await api.post<CategoryBody>('/api/admin/categories', { name: 'Groceries' })).body
    .id;
  const pattern = { category_id: categoryId, pattern: 'Walmart' };
  patternId = (await api.post<{ id: number }>('/api/admin/category-patterns', pattern)).body.id;
});

const list = (query: string) => api.get<AdminTransactionBody[] & Problem>(`${base}?${query}`);
const ids = async (query: string) =>
  (await list(query)).body.map((row) => row.transaction_id).join(' ');
const total = async (query: string) => Number((await list(query)).headers.get('x-total-count'));
const getBatch = async (batch: Batch) =>
  (await api.get<BatchBody>(`/api/integrations/batches/${batch.id}`)).body;

/** Completes the rows at these indexes of the batch, with the category or without one. */
function complete(batch: Batch, indexes: number[], isCategorized: boolean) {
  const match = isCategorized ? patternMatch(categoryId, { patternId }) : null;
  const firstId = batch.firstTransactionId as number;
  return completeTransactions(
    api.database,
    [batch.id],
    indexes.map((index) => ({ id: firstId + index, match })),
  );
}

test('shows a row with how it was categorized', async () => {
  const batch = await insertTestBatch(api.database, [
    makeTransaction({
      transactionId: 't',
      amount: '-12.3400',
      merchantName: 'WALMART "1"',
      description: null,
    }),
  ]);
  await complete(batch, [0], true);
  const id = batch.firstTransactionId as number;
  const expected = {
    id,
    batch_id: batch.id,
    transaction_id: 't',
    account_id: 'acc-1',
    amount: '-12.34',
    currency: 'USD',
    date: '2026-01-15',
    merchant_name: 'WALMART "1"',
    description: null,
    ingestion_status: 'completed',
    category_id: categoryId,
    category: 'Groceries',
    category_source: 'pattern',
    category_confidence: 0.955,
    needs_review: false,
    matched_pattern_id: patternId,
    matched_pattern: 'Walmart',
    matched_field: 'merchant_name',
  };
  expect((await api.get(`${base}/${id}`)).body).toEqual(expected);
  expect((await list('')).body).toEqual([expected]);
});

test.each(['0', '999999', '9007199254740992', 'x', '1.0'])('there is no row %s', async (id) => {
  expect((await api.get(`${base}/${id}`)).status).toBe(404);
  expect((await api.patch(`${base}/${id}`, { category_id: null })).status).toBe(404);
});

describe('the list', () => {
  let done: Batch;
  let failed: Batch;
  beforeEach(async () => {
    const row = makeTransaction;
    done = await insertTestBatch(api.database, [
      row({ transactionId: 'a', amount: '-10.0000', date: '2026-01-01', merchantName: 'WÄLMART' }),
      row({ transactionId: 'b', amount: '-9.9999', date: '2026-01-02', description: 'wälmart 5%' }),
      row({ transactionId: 'c', amount: '0', date: '2026-01-02', currency: 'EUR' }),
    ]);
    failed = await insertTestBatch(api.database, [
      row({ transactionId: 'd', amount: '5', date: '2026-02-01', accountId: 'acc-2' }),
      row({ transactionId: 'e', amount: '5.0001', date: '2026-02-01', accountId: 'acc-2' }),
    ]);
    await markBatchProcessing(api.database, done.id, 'run');
    await complete(done, [0], true);
    await complete(done, [1, 2], false);
    await markBatchCompleted(api.database, done.id);
    await markBatchProcessing(api.database, failed.id, 'run');
    await complete(failed, [0], true);
    await markBatchFailed(api.database, failed.id, 'test');
    await insertTestBatch(api.database, [row({ transactionId: 'f', date: '2026-03-01' })]);
  });

  test.each([
    ['', 'f e d c b a'],
    ['_sort=id&_order=asc', 'a b c d e f'],
    ['_sort=date', 'a b c d e f'],
    ['_sort=date&_order=desc', 'f e d c b a'],
    ['_sort=amount&_order=asc', 'a b f c d e'],
    ['_sort=date,amount&_order=asc,desc', 'a c b e d f'],
    ['_start=1&_end=3', 'e d'],
    ['status=completed', 'd c b a'],
    ['status=failed', 'e'],
    ['status=pending', 'f'],
    ['status=processing', ''],
    ['status=failed&status=pending', 'f e'],
    ['status_ne=completed', 'f e'],
    ['uncategorized=true', 'f e c b'],
    ['uncategorized=false', 'd a'],
    ['category_source=pattern', 'd a'],
    ['category_source_ne=pattern', 'f e c b'],
    ['account_id=acc-2', 'e d'],
    ['account_id=acc-2&account_id=acc-1&_end=2', 'f e'],
    ['transaction_id=a', 'a'],
    ['currency=EUR', 'c'],
    ['currency_ne=USD', 'c'],
    ['date=2026-01-02', 'c b'],
    ['date_gte=2026-01-02&date_lte=2026-02-01', 'e d c b'],
    ['amount_lte=-9.9999', 'b a'],
    ['amount_gte=5.0001', 'e'],
    ['amount=5.00', 'd'],
    ['amount_gte=-10&amount_lte=0', 'f c b a'],
    ['q=w%C3%A4lm', 'b a'],
    ['q=W%C3%84LM', 'b a'],
    ['q=5%25', 'b'],
    ['q=%25', 'b'],
    ['q=nothing', ''],
    ['q=w%C3%A4lm&date=2026-01-01', 'a'],
    ['q=LMART%205', 'b'],
    ['q=_', ''],
  ])('answers ?%s', async (query, expected) => {
    expect(await ids(query)).toBe(expected);
  });

  test.each([
    ['', 6],
    ['_start=5&_end=6', 6],
    ['status=completed&_end=1', 4],
    ['account_id=acc-2&_end=1', 2],
    ['q=w%C3%A4lm&_end=1', 2],
    ['q=nothing', 0],
    ['account_id=acc-2&_start=50&_end=60', 2],
    ['account_id=acc-2&_end=0', 2],
  ])('tells the exact total of ?%s', async (query, expected) => {
    expect(await total(query)).toBe(expected);
  });

  test('filters by category and by batch', async () => {
    expect(await ids(`category_id=${categoryId}`)).toBe('d a');
    expect(await ids(`category_id_ne=${categoryId}`)).toBe('f e c b');
    expect(await ids(`batch_id=${failed.id}`)).toBe('e d');
    expect(await ids(`batch_id=${failed.id}&batch_id=${done.id}&_sort=id`)).toBe('a b c d e');
    expect(await ids(`batch_id=${failed.id}&status=completed`)).toBe('d');
    expect(await ids('batch_id=019b0000-0000-7000-8000-000000000000')).toBe('');
    expect(await total(`batch_id=${done.id}&_end=1`)).toBe(3);
  });

  test('gives the rows of certain ids', async () => {
    const first = done.firstTransactionId as number;
    expect(await ids(`id=${first}&id=${first + 2}`)).toBe('c a');
  });

  test.each([
    ['_sort=category', '/_sort'],
    ['status=done', '/status'],
    ['status=', '/status'],
    ['uncategorized=yes', '/uncategorized'],
    ['date=2026-02-30', '/date'],
    ['date_gte=today', '/date_gte'],
    ['amount_gte=1e3', '/amount_gte'],
    ['amount_gte=1.00001', '/amount_gte'],
    ['batch_id=1', '/batch_id'],
    ['category_source=X', '/category_source'],
    ['needs_review=yes', '/needs_review'],
    ['account_id=%00', '/account_id'],
    ['account_id_like=x', '/account_id_like'],
    ['merchant_name=x', '/merchant_name'],
  ])('refuses ?%s', async (query, pointer) => {
    const { status, body } = await list(query);
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([
      400,
      'invalid_request',
      pointer,
    ]);
  });

  test('of rows that compare equal has every row on one page', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      makeTransaction({ transactionId: `same-${i}`, accountId: 'same' }),
    );
    await insertTestBatch(api.database, rows);
    const seen = new Set<string>();
    for (let start = 0; start < 60; start += 7) {
      const query = `account_id=same&_sort=amount,date&_start=${start}&_end=${start + 7}`;
      for (const row of (await list(query)).body) seen.add(row.transaction_id);
    }
    expect(seen.size).toBe(60);
  });
});

describe('a category set by hand', () => {
  let batch: Batch;
  let firstId: number;
  beforeEach(async () => {
    batch = await insertTestBatch(
      api.database,
      Array.from({ length: 3 }, () => makeTransaction({ merchantName: 'walmart' })),
    );
    firstId = batch.firstTransactionId as number;
    await markBatchProcessing(api.database, batch.id, 'run');
    await complete(batch, [0], true);
    await complete(batch, [1], false);
  });

  const set = (place: number, category_id: number | null) =>
    api.patch<AdminTransactionBody & Problem>(`${base}/${firstId + place}`, { category_id });
  const categorized = async () => (await getBatch(batch)).categorized_count;

  test('is shown as such', async () => {
    const { status, body } = await set(1, categoryId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: firstId + 1,
      category_id: categoryId,
      category: 'Groceries',
      category_source: 'manual',
      matched_pattern_id: null,
      matched_pattern: null,
      matched_field: null,
    });
  });

  test('keeps the count of the batch right, whichever way it goes', async () => {
    expect(await categorized()).toBe(1);
    await set(1, categoryId);
    expect(await categorized()).toBe(2);
    await set(1, categoryId);
    expect(await categorized()).toBe(2);
    const other = await api.post<CategoryBody>('/api/admin/categories', { name: 'Other' });
    await set(1, other.body.id);
    expect(await categorized()).toBe(2);
    await set(0, null);
    expect(await categorized()).toBe(1);
    await set(0, null);
    expect(await categorized()).toBe(1);
    expect(await getBatch(batch)).toMatchObject({ uncategorized_count: 1 });
  });

  test('is kept by processing, and counted then', async () => {
    await set(2, categoryId);
    expect(await categorized()).toBe(1);
    await complete(batch, [2], false);
    expect(await categorized()).toBe(2);
    expect((await api.get(`${base}/${firstId + 2}`)).body).toMatchObject({
      ingestion_status: 'completed',
      category_id: categoryId,
      category_source: 'manual',
      matched_pattern_id: null,
    });
  });

  test('can be none, which is kept by processing too', async () => {
    expect((await set(2, null)).body).toMatchObject({ category: null, category_source: 'manual' });
    await complete(batch, [2], true);
    expect(await categorized()).toBe(1);
    expect((await api.get(`${base}/${firstId + 2}`)).body).toMatchObject({
      category: null,
      category_source: 'manual',
    });
  });

  test('by many at once leaves the count right', async () => {
    await complete(batch, [2], false);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => set(i % 3, i % 2 === 0 ? categoryId : null)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { headers } = await list(`batch_id=${batch.id}&uncategorized=false`);
    expect(await categorized()).toBe(Number(headers.get('x-total-count')));
  });

  test('goes with its category, and the count with it', async () => {
    await set(1, categoryId);
    await api.delete(`/api/admin/categories/${categoryId}`);
    expect(await categorized()).toBe(0);
    expect((await api.get(`${base}/${firstId + 1}`)).body).toMatchObject({
      category: null,
      category_source: null,
    });
  });

  test.each([
    ['missing', {}],
    ['of text', { category_id: 'Groceries' }],
    ['zero', { category_id: 0 }],
    ['unknown', { category_id: 2_147_483_647 }],
  ])('is refused when it is %s', async (_, body) => {
    const answer = await api.patch<Problem>(`${base}/${firstId}`, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '/category_id']);
    expect(await categorized()).toBe(1);
  });

  test('is all that can be changed', async () => {
    const body = { category_id: null, amount: '1.00' };
    const answer = await api.patch<Problem>(`${base}/${firstId}`, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '/amount']);
  });
});

describe('many at once', () => {
  let first: Batch;
  let second: Batch;
  let ids: number[];
  beforeEach(async () => {
    const rows = (accountId: string) => [
      makeTransaction({ accountId, merchantName: 'WALMART 1' }),
      makeTransaction({ accountId, merchantName: 'other' }),
    ];
    first = await insertTestBatch(api.database, rows('acc-1'));
    second = await insertTestBatch(api.database, rows('acc-2'));
    for (const batch of [first, second]) await markBatchProcessing(api.database, batch.id, 'run');
    await complete(first, [0], true);
    await complete(first, [1], false);
    await complete(second, [0], true);
    ids = [first, second].flatMap(({ firstTransactionId }) => [
      firstTransactionId as number,
      (firstTransactionId as number) + 1,
    ]);
    await api.database('audit_log').delete();
  });

  const post = (action: string, body: object) =>
    api.post<{ changed_count: number } & Problem>(`${base}/${action}`, body);
  const sources = async () =>
    (await list(`${ids.map((id) => `id=${id}`).join('&')}&_sort=id`)).body.map(
      ({ category, category_source }) => [category, category_source],
    );
  const counts = async () => [
    (await getBatch(first)).categorized_count,
    (await getBatch(second)).categorized_count,
  ];
  const logged = async () => api.database('audit_log').orderBy('id');

  test('are set by hand, counted on their batches and logged one by one', async () => {
    const other = (await api.post<CategoryBody>('/api/admin/categories', { name: 'Other' })).body
      .id;
    await api.database('audit_log').delete();
    const { status, body } = await post('bulk-set-category', { ids, category_id: other });
    expect([status, body]).toEqual([200, { changed_count: 4 }]);
    expect(await sources()).toEqual(Array(4).fill(['Other', 'manual']));
    // The last row of the second batch is counted when it is processed.
    expect(await counts()).toEqual([2, 1]);
    const lines = await logged();
    expect(lines.map(({ resourceId }) => Number(resourceId))).toEqual(ids);
    expect(lines[0]).toMatchObject({
      action: 'update',
      resource: 'transactions',
      before: { category_id: categoryId, category: 'Groceries', category_source: 'pattern' },
      after: { category_id: other, category: 'Other', category_source: 'manual' },
    });
  });

  test('can be set to none', async () => {
    await post('bulk-set-category', { ids: [...ids, ...ids], category_id: null });
    expect(await sources()).toEqual(Array(4).fill([null, 'manual']));
    expect([await counts(), (await logged()).length]).toEqual([[0, 0], 4]);
  });

  test('go back to what the patterns say, those that are not processed yet to nothing', async () => {
    await post('bulk-set-category', { ids: ids.slice(1), category_id: categoryId });
    const { body } = await post('bulk-clear-manual', { ids });
    expect(body).toEqual({ changed_count: 3 });
    expect(await sources()).toEqual([
      ['Groceries', 'pattern'],
      [null, null],
      ['Groceries', 'pattern'],
      [null, null],
    ]);
    expect(await counts()).toEqual([1, 1]);
    expect((await list(`id=${ids[2]}`)).body[0]).toMatchObject({
      matched_pattern_id: patternId,
      matched_field: 'merchant_name',
    });
    expect((await logged()).at(-1)).toMatchObject({
      before: { category: 'Groceries', category_source: 'manual' },
      after: { category: null, category_source: null },
    });
  });

  test('drop the reports of their accounts', async () => {
    const report =
      '/api/integrations/reports/accounts/acc-2/summary?start_date=2026-01-01&end_date=2026-01-31';
    const cached = async () => {
      await api.get(report);
      return (await api.get(report)).body;
    };
    const before = await cached();
    await post('bulk-set-category', { ids, category_id: null });
    expect((await api.get(report)).body).not.toEqual(before);
  });

  test.each(['bulk-set-category', 'bulk-clear-manual'])(
    'are 1,000 at most by %s',
    async (route) => {
      const choice = route === 'bulk-set-category' ? { category_id: null } : {};
      const many = (count: number) => Array.from({ length: count }, (_, i) => 1_000_000 + i);
      const fits = await post(route, { ids: many(1_000), ...choice });
      expect([fits.status, fits.body]).toEqual([200, { changed_count: 0 }]);
      const answer = await post(route, { ids: many(1_001), ...choice });
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '/ids']);
    },
  );

  test.each([
    [{ category_id: null }, '/ids'],
    [{ ids: [], category_id: null }, '/ids'],
    [{ ids: [0], category_id: null }, '/ids/0'],
    [{ ids: ['1'], category_id: null }, '/ids/0'],
    [{ ids: [1] }, '/category_id'],
    [{ ids: [1], category_id: 2_147_483_647 }, '/category_id'],
    [{ ids: [1], category_id: null, amount: '1' }, '/amount'],
  ])('are refused as %j', async (body, pointer) => {
    const answer = await post('bulk-set-category', body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    expect(await logged()).toEqual([]);
  });

  test("in two orders at the same time do not get in each other's way", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 3 === 0
          ? post('bulk-clear-manual', { ids })
          : post('bulk-set-category', {
              ids: i % 2 === 0 ? ids : ids.toReversed(),
              category_id: i % 4 === 0 ? categoryId : null,
            }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const total = async (batch: Batch) =>
      Number(
        (await list(`batch_id=${batch.id}&status=completed&uncategorized=false`)).headers.get(
          'x-total-count',
        ),
      );
    expect(await counts()).toEqual([await total(first), await total(second)]);
  });
});

describe('the export', () => {
  const odd = [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '＝1+1',
    ' =1',
    'x;=1+1',
    '"quoted", twice',
    'two\nlines',
    'two\r\nlines',
    'café 🛒',
    "'",
  ];
  const download = (query = '') =>
    fetch(`${api.url}${base}/export.csv?${query}`, {
      headers: { Authorization: `Bearer ${api.key}` },
    });
  const read = async (query = ''): Promise<Record<string, string>[]> =>
    parse(await (await download(query)).text(), { columns: true });

  test('gives every text back, and no formula', async () => {
    await insertTestBatch(
      api.database,
      odd.map((text) =>
        makeTransaction({ merchantName: text, description: text, amount: '-1.50' }),
      ),
    );
    const rows = await read('_sort=id');
    expect(rows.map(({ merchant_name }) => merchant_name?.replace(/^'(?=.)/, ''))).toEqual(odd);
    expect(rows.slice(0, 8).map(({ description }) => description)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@x",
      "'＝1+1",
      "' =1",
      'x;=1+1',
      '"quoted", twice',
    ]);
    expect(new Set(rows.map(({ amount }) => amount))).toEqual(new Set(['-1.50']));
  });

  test('is a file of its day in UTF-8, with a header also where nothing matches', async () => {
    const answer = await download('currency=XXX');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="transactions-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(await answer.text()).toBe(
      '"id","transaction_id","account_id","date","amount","currency","merchant_name","description","ingestion_status","category","category_source","category_confidence","needs_review","matched_pattern","matched_field","batch_id"\r\n',
    );
  });

  test('has all rows that match, in the order asked for', async () => {
    const batch = await insertTestBatch(
      api.database,
      Array.from({ length: 2_500 }, (_, i) =>
        makeTransaction({ amount: `${i}.00`, currency: i % 2 === 0 ? 'USD' : 'EUR' }),
      ),
    );
    await complete(batch, [2], true);
    const rows = await read('currency=USD&_sort=amount&_order=desc&_start=0&_end=10');
    expect(rows.map(({ amount }) => Number(amount))).toEqual(
      Array.from({ length: 1_250 }, (_, i) => 2_498 - 2 * i),
    );
    expect(await read(`category_id=${categoryId}`)).toMatchObject([
      {
        amount: '2.00',
        category: 'Groceries',
        category_source: 'pattern',
        category_confidence: '0.955',
        needs_review: 'false',
        matched_pattern: 'Walmart',
        batch_id: batch.id,
      },
    ]);
    expect((await read('date_gte=2026-01-01&q=nothing')).length).toBe(0);
  });

  test('refuses what the list refuses', async () => {
    expect((await download('status=done')).status).toBe(400);
  });

  test('ends when its client leaves', async () => {
    await insertTestBatch(
      api.database,
      Array.from({ length: 20_000 }, () => makeTransaction({ description: 'x'.repeat(400) })),
    );
    const open = async () =>
      (
        await api
          .database('pg_stat_activity')
          .where({
            application_name: 'tallyflow-api-exports',
            datname: api.database.raw('current_database()'),
          })
          .whereRaw("query LIKE 'FETCH%'")
          .whereRaw("state LIKE 'idle in transaction%'")
      ).length;
    const leaving = new AbortController();
    const answer = await fetch(`${api.url}${base}/export.csv`, {
      headers: { Authorization: `Bearer ${api.key}` },
      signal: leaving.signal,
    });
    await answer.body?.getReader().read();
    await waitFor(async () => (await open()) === 1);
    leaving.abort();
    await waitFor(async () => (await open()) === 0);
  });
});
