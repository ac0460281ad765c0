import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import type { SummaryBody } from '../../src/api/reports/schema.ts';
import { createCache } from '../../src/cache/create-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { addDays, todayUtc } from '../../src/domain/calendar-date.ts';
import { statuses } from '../../src/domain/status.ts';
import { createLogger } from '../../src/logger.ts';
import {
  batchWorkflowId,
  startBatchProcessing,
} from '../../src/temporal/start-batch-processing.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTcpProxy } from '../helpers/tcp-proxy.ts';
import { type Problem, startTestApi, type TestApi, testRedisUrl } from '../helpers/test-api.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

let api: TestApi;
let worker: TestWorker;
let redis: Redis;
/** Ids by name. */
let categories: Record<string, number>;

beforeAll(async () => {
  const taskQueue = `test-${randomUUID()}`;
  api = await startTestApi({ config: { TEMPORAL_TASK_QUEUE: taskQueue } });
  redis = new Redis(testRedisUrl() as string);
  worker = await startTestWorker(
    {
      database: api.limitedDatabase,
      chain: createTestChain(api.limitedDatabase, api.cache),
      // As in a worker's own process.
      reports: new ReportCache(api.cache),
    },
    taskQueue,
  );
  categories = {
    Dining: await insertCategory(api.database, 'Dining', ['cafe']),
    Groceries: await insertCategory(api.database, 'Groceries', ['walmart']),
    Travel: await insertCategory(api.database, 'Travel', []),
    Utilities: await insertCategory(api.database, 'Utilities', []),
  };
});

afterAll(async () => {
  await worker.stop();
  redis.disconnect();
  await api.stop();
});

let accountCount = 0;
/** One that no other test has rows or reports of. */
const newAccount = () => `account-${accountCount++}`;
const summaryPath = (account: string, query: Record<string, string> = {}) =>
  `/api/reports/account/${encodeURIComponent(account)}/summary?${new URLSearchParams(query)}`;
const getSummary = (account: string, query?: Record<string, string>, headers = {}) =>
  api.get<SummaryBody & Problem>(summaryPath(account, query), headers);
const january = { start_date: '2026-01-01', end_date: '2026-01-31' };
const store = (account: string, ...rows: Parameters<typeof makeTransaction>[0][]) =>
  insertTestBatch(
    api.database,
    rows.map((row) => makeTransaction({ accountId: account, ...row })),
  );

describe('the figures of a summary', () => {
  it('are those of an example', async () => {
    const account = newAccount();
    const { Groceries, Dining } = categories as { Groceries: number; Dining: number };
    await store(
      account,
      { amount: '-40.00' },
      { amount: '-15.0001' },
      { amount: '-30.5' },
      { amount: '5' },
      { amount: '0' },
    );
    const set = (amount: string, categoryId: number) =>
      api
        .database('transactions')
        .where({ account_id: account, amount })
        .update({ category_id: categoryId });
    await set('-40.00', Groceries);
    await set('-15.0001', Groceries);
    await set('5', Dining);
    const { status, body } = await getSummary(account, january);
    expect(status).toBe(200);
    const totals = {
      currency: 'USD',
      total_transactions: 5,
      total_spend: '-85.5001',
      total_income: '5.00',
      net_amount: '-80.5001',
    };
    expect(body).toEqual({
      account_id: account,
      date_range: { start: '2026-01-01', end: '2026-01-31' },
      metrics: totals,
      by_currency: [totals],
      top_spending_categories: [
        {
          category_id: Groceries,
          category: 'Groceries',
          currency: 'USD',
          transaction_count: 2,
          total_spend: '-55.0001',
          share_of_spend: 0.6433,
        },
        {
          category_id: null,
          category: 'Uncategorized',
          currency: 'USD',
          transaction_count: 1,
          total_spend: '-30.50',
          share_of_spend: 0.3567,
        },
      ],
      processing_status: { pending: 5, processing: 0, completed: 0, failed: 0 },
      generated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('are exact where a float would have lost a unit', async () => {
    const account = newAccount();
    await store(
      account,
      { amount: '-999999999999999.9999' },
      { amount: '-999999999999999.9999' },
      { amount: '-0.0001' },
      { amount: '999999999999999.9999' },
    );
    expect((await getSummary(account, january)).body.metrics).toMatchObject({
      total_spend: '-1999999999999999.9999',
      total_income: '999999999999999.9999',
      net_amount: '-1000000000000000.00',
    });
  });

  it('have no spending categories where there is no spend', async () => {
    const account = newAccount();
    await store(account, { amount: '10' }, { amount: '0.0' });
    expect((await getSummary(account, january)).body).toMatchObject({
      metrics: { total_spend: '0.00', total_income: '10.00', net_amount: '10.00' },
      top_spending_categories: [],
    });
  });

  it('are never added over currencies, but for the count', async () => {
    const account = newAccount();
    await store(
      account,
      { amount: '-3', currency: 'USD' },
      { amount: '-2', currency: 'EUR' },
      { amount: '4', currency: 'EUR' },
    );
    expect((await getSummary(account, january)).body).toMatchObject({
      metrics: {
        currency: null,
        total_transactions: 3,
        total_spend: null,
        total_income: null,
        net_amount: null,
      },
      by_currency: [
        { currency: 'EUR', total_transactions: 2, total_spend: '-2.00', net_amount: '2.00' },
        { currency: 'USD', total_transactions: 1, total_spend: '-3.00', net_amount: '-3.00' },
      ],
      top_spending_categories: [{ currency: 'EUR' }, { currency: 'USD' }],
    });
    const euros = (await getSummary(account, { ...january, currency: 'EUR' })).body;
    expect(euros.metrics).toEqual(euros.by_currency[0]);
    expect(euros.by_currency.map((totals) => totals.currency)).toEqual(['EUR']);
  });

  it('are zeros for an account that has rows, but none in range', async () => {
    const account = newAccount();
    await store(account, { date: '2025-12-31' });
    const zeros = {
      total_transactions: 0,
      total_spend: '0.00',
      total_income: '0.00',
      net_amount: '0.00',
    };
    expect((await getSummary(account, january)).body).toMatchObject({
      metrics: { currency: null, ...zeros },
      by_currency: [],
      top_spending_categories: [],
      processing_status: { pending: 0, processing: 0, completed: 0, failed: 0 },
    });
    expect((await getSummary(account, { ...january, currency: 'EUR' })).body.metrics).toEqual({
      currency: 'EUR',
      ...zeros,
    });
  });
});

/** Amounts are counted in units of 1/10,000, exactly, with no code of the application. */
interface Row {
  units: bigint;
  currency: string;
  date: string;
  category: string;
  /** Which of four batches, one of each status, it belongs to. */
  batch: number;
  /** Whether processing had come to it when its batch stopped. */
  isDone: boolean;
}

const rowOf = fc.record<Row>({
  units: fc.oneof(
    // Few different ones, so that categories tie.
    { weight: 3, arbitrary: fc.constantFrom(-50_000n, -50_000n, -100_000n, 25_000n, 0n) },
    { weight: 2, arbitrary: fc.bigInt({ min: -2_000_000n, max: 2_000_000n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: -(10n ** 19n) + 1n, max: 10n ** 19n - 1n }) },
  ),
  currency: fc.constantFrom('USD', 'USD', 'EUR', 'JPY'),
  date: fc.integer({ min: -3, max: 33 }).map((day) => addDays('2026-01-01', day)),
  category: fc.constantFrom('Dining', 'Groceries', 'Travel', 'Utilities', 'Uncategorized'),
  batch: fc.integer({ min: 0, max: 3 }),
  isDone: fc.boolean(),
});

function decimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(5, '0');
  const places = digits.slice(-4).replace(/0{1,2}$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${places}`;
}

const sum = (units: bigint[]): bigint => units.reduce((total, one) => total + one, 0n);

/** What the contract says of these rows, worked out in the plainest way. */
function expectedSummary(all: Row[], currency?: string) {
  const rows = all.filter(
    (row) =>
      row.date >= january.start_date &&
      row.date <= january.end_date &&
      (currency === undefined || row.currency === currency),
  );
  const codes = [...new Set(rows.map((row) => row.currency))].sort();
  const of = (code: string) => rows.filter((row) => row.currency === code);
  const spendOf = (some: Row[]) => some.map((row) => row.units).filter((units) => units < 0n);
  const byCurrency = codes.map((code) => ({
    currency: code,
    total_transactions: of(code).length,
    total_spend: decimal(sum(spendOf(of(code)))),
    total_income: decimal(sum(of(code).map((row) => (row.units > 0n ? row.units : 0n)))),
    net_amount: decimal(sum(of(code).map((row) => row.units))),
  }));
  const top = codes.flatMap((code) => {
    const total = -sum(spendOf(of(code)));
    return [...new Set(of(code).map((row) => row.category))]
      .map((name) => ({ name, spent: spendOf(of(code).filter((row) => row.category === name)) }))
      .filter(({ spent }) => spent.length > 0)
      .map(({ name, spent }) => ({ name, count: spent.length, units: sum(spent) }))
      .sort(
        (a, b) =>
          Number(a.units > b.units) - Number(a.units < b.units) || (a.name < b.name ? -1 : 1),
      )
      .slice(0, 3)
      .map(({ name, count, units }) => ({
        category_id: categories[name] ?? null,
        category: name,
        currency: code,
        transaction_count: count,
        total_spend: decimal(units),
        // To four places, half up.
        share_of_spend: Number((-units * 20_000n + total) / (2n * total)) / 10_000,
      }));
  });
  const count = (status: string) =>
    rows.filter((row) => (row.isDone ? 'completed' : statuses[row.batch]) === status).length;
  const [only] = byCurrency;
  const amount = rows.length === 0 ? '0.00' : null;
  return {
    metrics:
      byCurrency.length === 1
        ? only
        : {
            currency: rows.length === 0 ? (currency ?? null) : null,
            total_transactions: rows.length,
            total_spend: amount,
            total_income: amount,
            net_amount: amount,
          },
    by_currency: byCurrency,
    top_spending_categories: top,
    processing_status: Object.fromEntries(statuses.map((status) => [status, count(status)])),
  };
}

/** Stores the rows in up to four batches, one of each status. */
async function storeRows(account: string, rows: Row[]): Promise<void> {
  for (const [index, status] of statuses.entries()) {
    const own = rows.filter((row) => row.batch === index);
    if (own.length === 0) continue;
    const batch = await store(
      account,
      ...own.map((row) => ({
        amount: decimal(row.units),
        currency: row.currency,
        date: row.date,
      })),
    );
    const firstId = batch.firstTransactionId as number;
    await api.database.raw(
      `UPDATE transactions AS t SET category_id = v.category_id, ingestion_status = v.status
         FROM unnest(?::bigint[], ?::integer[], ?::text[]) AS v (id, category_id, status) WHERE t.id = v.id`,
      [
        own.map((_, place) => firstId + place),
        own.map((row) => categories[row.category] ?? null) as number[],
        own.map((row) => (row.isDone ? 'completed' : 'pending')),
      ],
    );
    await api.database('batches').where({ id: batch.id }).update({ status });
  }
}

describe('the figures of random rows', () => {
  it('are those of an independent sum', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 40 }), async (given) => {
        // Every row of a completed batch is.
        const rows = given.map((row) => ({
          ...row,
          isDone: row.isDone || statuses[row.batch] === 'completed',
        }));
        const account = newAccount();
        await storeRows(account, rows);
        for (const currency of [undefined, 'USD', 'EUR', 'CHF']) {
          const query = currency === undefined ? january : { ...january, currency };
          const { body } = await getSummary(account, query);
          expect(body).toMatchObject(expectedSummary(rows, currency));
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 60_000);
});

describe('the days of a summary', () => {
  const dayCounts = async (account: string, query: Record<string, string>) => {
    const { status, body } = await getSummary(account, query);
    expect(status).toBe(200);
    return [body.date_range.start, body.date_range.end, body.metrics.total_transactions];
  };

  it('are both counted in, and none besides', async () => {
    const account = newAccount();
    await store(
      account,
      ...['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((date) => ({ date })),
    );
    expect(await dayCounts(account, january)).toEqual(['2026-01-01', '2026-01-31', 2]);
    const day = { start_date: '2026-02-01', end_date: '2026-02-01' };
    expect(await dayCounts(account, day)).toEqual(['2026-02-01', '2026-02-01', 1]);
  });

  it('are the last 30 up to today without dates, up to end_date without start_date', async () => {
    const account = newAccount();
    const today = todayUtc();
    await store(
      account,
      ...Array.from({ length: 80 }, (_, day) => ({ date: addDays(today, 5 - day) })),
    );
    const [start, end, count] = await dayCounts(account, {});
    // The day may have changed since.
    expect([today, todayUtc()]).toContain(end);
    expect([start, count]).toEqual([addDays(end as string, -29), 30]);
    const before = addDays(today, -10);
    expect(await dayCounts(account, { end_date: before })).toEqual([
      addDays(before, -29),
      before,
      30,
    ]);
  });

  it('go up to today without end_date', async () => {
    const account = newAccount();
    const today = todayUtc();
    await store(account, { date: today });
    const [start, end] = await dayCounts(account, { start_date: addDays(today, -100) });
    expect(start).toBe(addDays(today, -100));
    expect([today, todayUtc()]).toContain(end);
  });

  it('are at most 365', async () => {
    const account = newAccount();
    await store(account, { date: '2025-01-01' }, { date: '2025-12-31' });
    const year = { start_date: '2025-01-01', end_date: '2025-12-31' };
    expect(await dayCounts(account, year)).toEqual(['2025-01-01', '2025-12-31', 2]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['366 days', { start_date: '2025-01-01', end_date: '2026-01-01' }, '/end_date'],
    ['a leap year', { start_date: '2024-01-01', end_date: '2024-12-31' }, '/end_date'],
    ['an old start alone', { start_date: '2020-01-01' }, '/end_date'],
    ['a start after the end', { start_date: '2026-01-02', end_date: '2026-01-01' }, '/start_date'],
    ['a day that does not exist', { start_date: '2026-02-30' }, '/start_date'],
    ['a date-time', { end_date: '2026-01-01T00:00:00Z' }, '/end_date'],
    ['an empty date', { start_date: '' }, '/start_date'],
    ['an unknown currency', { currency: 'ZZZ' }, '/currency'],
    ['a currency in small letters', { currency: 'usd' }, '/currency'],
  ])('are refused: %s', async (_, query, pointer) => {
    const account = newAccount();
    await store(account, {});
    expect(await getSummary(account, query)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    });
  });
});

describe('the account of a summary', () => {
  it.each(['a/b', 'a%2Fb', '100%', 'two words', '家乐福 😀', 'a?b#c', 'a:b', "o'hare", '*', '+'])(
    'may be %s',
    async (account) => {
      await store(account, {});
      const { status, body } = await getSummary(account, january);
      expect(status).toBe(200);
      expect(body).toMatchObject({ account_id: account, metrics: { total_transactions: 1 } });
    },
  );

  it('is not one of another case or with more spaces', async () => {
    await store('Mine', {});
    expect((await getSummary('mine', january)).status).toBe(404);
    expect((await getSummary('Mine ', january)).status).toBe(404);
  });

  it.each(['never-seen', '%00', 'a%00b', '%E0%A4%A', '%ff', 'a'.repeat(256)])(
    'is not found: %s',
    async (account) => {
      const answer = await api.get<Problem>(`/api/reports/account/${account}/summary`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  it('is shown to keys that read, and to no other', async () => {
    const account = newAccount();
    await store(account, {});
    for (const [scope, status] of [
      ['read', 200],
      ['ingest', 403],
      ['admin', 403],
    ] as const) {
      const { body } = await api.post('/api/admin/api-keys', { name: scope, scopes: [scope] });
      const headers = { Authorization: `Bearer ${body.key}` };
      expect((await getSummary(account, january, headers)).status).toBe(status);
    }
  });
});

describe('the cache of summaries', () => {
  const keyOf = (account: string) => `account_summary:${account}:2026-01-01:2026-01-31`;
  const listOf = (account: string) => `account_summary_keys:${account}`;
  const cacheState = async (account: string) =>
    (await getSummary(account, january)).headers.get('x-cache');

  it('answers the second time, for 300 seconds', async () => {
    const account = newAccount();
    await store(account, {});
    const first = await getSummary(account, january);
    expect(first.headers.get('x-cache')).toBe('miss');
    const second = await getSummary(account, january);
    expect(second.headers.get('x-cache')).toBe('hit');
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    const ttl = await redis.ttl(keyOf(account));
    expect(ttl).toBeGreaterThan(290);
    expect(ttl).toBeLessThanOrEqual(300);
  });

  it('has a key for each account, range and currency', async () => {
    const account = newAccount();
    await store(account, {});
    await getSummary(account, january);
    await getSummary(account, { ...january, currency: 'EUR' });
    await getSummary(account, { start_date: '2026-01-01', end_date: '2026-01-02' });
    expect((await redis.keys(`account_summary:${account}:*`)).sort()).toEqual([
      `account_summary:${account}:2026-01-01:2026-01-02`,
      `account_summary:${account}:2026-01-01:2026-01-31`,
      `account_summary:${account}:2026-01-01:2026-01-31:EUR`,
    ]);
  });

  it('has none for an account that was never seen', async () => {
    expect((await getSummary('never-stored', january)).status).toBe(404);
    expect(await redis.keys('account_summary:never-stored:*')).toEqual([]);
  });

  it('says how old a report is', async () => {
    const account = newAccount();
    await store(account, {});
    expect((await getSummary(account, january)).headers.get('age')).toBe('0');
    const cached = (await redis.get(keyOf(account))) as string;
    const earlier = cached.replace(/^\d+/, (ms) => String(Number(ms) - 42_000));
    await redis.set(keyOf(account), earlier);
    expect(Number((await getSummary(account, january)).headers.get('age'))).toBeGreaterThanOrEqual(
      42,
    );
  });

  it('says when a client has the report already', async () => {
    const account = newAccount();
    await store(account, {});
    const { headers } = await getSummary(account, january);
    const etag = headers.get('etag') as string;
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await fetch(api.url + summaryPath(account, january), {
        headers: { Authorization: `Bearer ${api.key}`, 'If-None-Match': tags },
      });
      expect([response.status, await response.text()]).toEqual([304, '']);
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('x-cache')).toBe('hit');
    }
    const other = await getSummary(account, january, { 'If-None-Match': '"other"' });
    expect([other.status, other.body.account_id]).toEqual([200, account]);
  });

  it.each<[string, (account: string) => Promise<unknown>]>([
    ...['', '{}', '1 "e"', '1\n{}', 'x "e"\n{}', 'computing:x'].map(
      (broken): [string, (account: string) => Promise<unknown>] => [
        `is not ${JSON.stringify(broken)}`,
        (account) => redis.set(keyOf(account), broken),
      ],
    ),
    [
      'is not a list',
      (account) => redis.del(keyOf(account)).then(() => redis.lpush(keyOf(account), 'x')),
    ],
    ['is none that no drop would find', (account) => redis.del(listOf(account))],
    [
      'is none beside the list of another',
      (account) => redis.srem(listOf(account), keyOf(account)),
    ],
    ['is none whose list is a text', (account) => redis.set(listOf(account), keyOf(account))],
  ])('%s', async (_, spoil) => {
    const account = newAccount();
    await store(account, {});
    await getSummary(account, january);
    expect(await cacheState(account)).toBe('hit');
    await spoil(account);
    const answer = await getSummary(account, january);
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([200, 'miss']);
    await redis.del(keyOf(account), listOf(account));
    expect([await cacheState(account), await cacheState(account)]).toEqual(['miss', 'hit']);
  });

  it('is dropped when a category changes', async () => {
    const account = newAccount();
    const leisure = await insertCategory(api.database, 'Leisure', []);
    await store(account, {});
    await api.database('transactions').where({ account_id: account }).update({
      category_id: leisure,
    });
    await getSummary(account, january);
    await api.patch(`/api/admin/categories/${leisure}`, { name: 'Free time' });
    const { headers, body } = await getSummary(account, january);
    expect(headers.get('x-cache')).toBe('miss');
    expect(body.top_spending_categories[0]?.category).toBe('Free time');
    await api.delete(`/api/admin/categories/${leisure}`);
    expect((await getSummary(account, january)).body.top_spending_categories[0]?.category).toBe(
      'Uncategorized',
    );
  });

  it('is dropped for an account when its rows are processed, and for no other', async () => {
    const [account, other] = [newAccount(), newAccount()];
    const batch = await store(account, { merchantName: 'WALMART' });
    await store(other, {});
    await getSummary(account, january);
    await getSummary(account, { ...january, currency: 'USD' });
    await getSummary(other, january);
    await startBatchProcessing(worker.client, worker.taskQueue, batch);
    // Its report is dropped right after the commit that completes the batch, and before the run ends.
    await worker.client.workflow.getHandle(batchWorkflowId(batch.id)).result();
    for (const query of [january, { ...january, currency: 'USD' }]) {
      const { headers, body } = await getSummary(account, query);
      expect(headers.get('x-cache')).toBe('miss');
      expect(body).toMatchObject({
        top_spending_categories: [{ category: 'Groceries' }],
        processing_status: { pending: 0, completed: 1 },
      });
    }
    expect(await cacheState(other)).toBe('hit');
  });

  it('keeps no report that was being computed while another process dropped it', async () => {
    const account = newAccount();
    const key = { accountId: account, startDate: '2026-01-01', endDate: '2026-01-31' };
    const reports = new ReportCache(api.cache);
    const workerCache = await createCache(
      { url: testRedisUrl() as string },
      createLogger('worker', 'silent'),
    );
    const report = (body: string) => ({ body, etag: body, generatedAtMs: 1 });
    await reports.lookUp({ ...key, currency: null }, async () => {
      await new ReportCache(workerCache).dropAccounts([account]);
      return report('old');
    });
    const next = await reports.lookUp({ ...key, currency: null }, async () => report('new'));
    expect(next).toEqual({ ...report('new'), isHit: false });
    await workerCache.close();
  });

  it('spares all but one of many requests at the same time the work', async () => {
    const account = newAccount();
    await store(account, {});
    let statements = 0;
    const count = ({ sql }: { sql: string }) => {
      if (sql.includes('groups AS')) statements++;
    };
    api.readDatabase.on('query', count);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => getSummary(account, january)),
    );
    api.readDatabase.off('query', count);
    expect(statements).toBe(1);
    expect(new Set(answers.map((answer) => answer.headers.get('etag'))).size).toBe(1);
  });

  it('may be away: every report is computed then, and kept again afterwards', async () => {
    const { hostname, port, pathname } = new URL(testRedisUrl() as string);
    const proxy = await startTcpProxy(hostname, Number(port));
    const other = await startTestApi({ redisUrl: `redis://127.0.0.1:${proxy.port}${pathname}` });
    try {
      await insertTestBatch(other.database, [makeTransaction()]);
      const cacheStates = async () => {
        const answers = [
          await other.get(summaryPath('acc-1', january)),
          await other.get(summaryPath('acc-1', january)),
        ];
        expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
        return answers.map((answer) => answer.headers.get('x-cache'));
      };
      expect(await cacheStates()).toEqual(['miss', 'hit']);
      await proxy.cut();
      expect(await cacheStates()).toEqual(['miss', 'miss']);
      await proxy.restore();
      await waitFor(async () => (await cacheStates())[1] === 'hit');
      proxy.mute();
      expect(await cacheStates()).toEqual(['miss', 'miss']);
    } finally {
      await other.stop();
      await proxy.close();
    }
  });
});
