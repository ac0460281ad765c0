import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { insertUser, openSession } from '../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

let api: TestApi;
/** Another key than that of `api`. */
let other: { Authorization: string };
beforeEach(async () => {
  api = await startTestApi();
  const { body } = await api.post('/api/admin/api-keys', { name: 'other', scopes: ['read'] });
  other = { Authorization: `Bearer ${body.key}` };
});
afterEach(() => api.stop());

const summary = (account: string) =>
  `/api/reports/account/${account}/summary?start_date=2026-01-01&end_date=2026-01-31`;
const reports = (count: number, headers?: Record<string, string>) =>
  Array.from({ length: count }, (_, index) => api.get(summary(`acc-${index}`), headers));

/** Does the work while whoever reads the table waits. */
async function whileLocked(table: string, work: () => Promise<void>): Promise<void> {
  const trx = await api.database.transaction();
  await trx.raw('LOCK TABLE ?? IN ACCESS EXCLUSIVE MODE', [table]);
  try {
    await work();
  } finally {
    await trx.rollback();
  }
}

/** Connections of the API that wait for a lock. */
async function countWaiting(): Promise<number> {
  const { rows } = await api.database.raw(
    `SELECT count(*) AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].waiting;
}

test('the reads of one key leave connections to those of others', async () => {
  let flood: Promise<unknown> = Promise.resolve();
  await whileLocked('accounts_with_totals', async () => {
    flood = Promise.all(reports(60));
    await waitFor(async () => (await countWaiting()) === 3);
    const user = await openSession(api, await insertUser(api, 'ada@example.com', 'viewer'));
    const answers = await Promise.all([
      api.get('/api/integrations/batches', other),
      api.get('/api/admin/batches', user),
      api.get('/api/admin/transactions', user),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await countWaiting()).toBe(3);
  });
  await flood;
});

test('a report that is cached waits for nobody', async () => {
  await insertTestBatch(api.database, [makeTransaction({ accountId: 'cached' })]);
  expect((await api.get(summary('cached'))).headers.get('x-cache')).toBe('miss');
  let flood: Promise<unknown> = Promise.resolve();
  await whileLocked('accounts_with_totals', async () => {
    flood = Promise.all(reports(60));
    await waitFor(async () => (await countWaiting()) === 3);
    expect((await api.get(summary('cached'))).headers.get('x-cache')).toBe('hit');
  });
  await flood;
});

test('who waits for a connection for too long is told to come back', async () => {
  await whileLocked('accounts_with_totals', async () => {
    const answers = await Promise.all(reports(5));
    expect(answers.map(({ status, body }) => [status, body.code])).toContainEqual([
      503,
      'overloaded',
    ]);
    expect(answers.every(({ headers }) => headers.get('retry-after') !== null)).toBe(true);
  });
});

test('one preview at a time goes through the rows of a pattern', async () => {
  const preview = (pattern: string, headers?: Record<string, string>) =>
    api.post('/api/admin/category-patterns/preview', { pattern, category_id: null }, headers);
  let previews: Promise<{ status: number }[]> = Promise.resolve([]);
  await whileLocked('transactions', async () => {
    const user = await openSession(api, await insertUser(api, 'ada@example.com', 'editor'));
    previews = Promise.all([preview('one'), preview('two'), preview('three', user)]);
    await waitFor(async () => (await countWaiting()) > 0);
    expect((await api.get('/api/admin/recategorizations')).status).toBe(200);
    expect(await countWaiting()).toBe(1);
  });
  expect((await previews).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('who has left while waiting is passed over', async () => {
  const asked: string[] = [];
  const remember = ({ sql, bindings }: { sql: string; bindings?: unknown[] }) => {
    if (sql.includes('AS "isManual"')) asked.push(String(bindings?.[0]));
  };
  api.readDatabase.on('query', remember);
  const leaving = new AbortController();
  const preview = (pattern: string, signal?: AbortSignal) =>
    fetch(`${api.url}/api/admin/category-patterns/preview`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${api.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ pattern, category_id: null }),
      signal: signal ?? null,
    });
  let answered: Promise<PromiseSettledResult<Response>[]> = Promise.resolve([]);
  await whileLocked('transactions', async () => {
    const first = preview('first one');
    await waitFor(async () => (await countWaiting()) === 1);
    const left = preview('given up', leaving.signal);
    // Answered only after the one before it was taken in.
    await api.get('/healthz');
    answered = Promise.allSettled([first, left, preview('last one')]);
    leaving.abort();
    await expect(left).rejects.toThrow();
  });
  expect((await answered).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  api.readDatabase.off('query', remember);
  expect(asked).toHaveLength(2);
});

test('the changes of one key leave connections to those of others, and to batches', async () => {
  await api.post('/api/admin/categories', { name: 'Groceries' });
  const admin = await openSession(api, await insertUser(api, 'ada@example.com', 'admin'));
  let flood: Promise<unknown> = Promise.resolve();
  await whileLocked('category_patterns', async () => {
    flood = Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        api.post('/api/admin/category-patterns', { category_id: 1, pattern: `pattern ${index}` }),
      ),
    );
    await waitFor(async () => (await countWaiting()) > 0);
    const answers = await Promise.all([
      api.post('/api/admin/api-keys', { name: 'x', scopes: ['read'] }, admin),
      api.get('/readyz'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(await countWaiting()).toBe(2);
  });
  await flood;
});

test('changes with a body that nobody reads leave connections to those of others', async () => {
  const { body: category } = await api.post('/api/admin/categories', { name: 'Groceries' });
  const admin = await openSession(api, await insertUser(api, 'ada@example.com', 'admin'));
  let flood: Promise<unknown> = Promise.resolve();
  await whileLocked('category_patterns', async () => {
    flood = Promise.all(
      Array.from({ length: 30 }, () =>
        api.send('DELETE', `/api/admin/categories/${category.id}`, 'x'),
      ),
    );
    await waitFor(async () => (await countWaiting()) > 0);
    const answer = await api.post('/api/admin/api-keys', { name: 'x', scopes: ['read'] }, admin);
    expect(answer.status).toBe(201);
    expect(await countWaiting()).toBe(2);
  });
  await flood;
});

test('a change takes no turn while its body is on its way', async () => {
  const create = `${api.url}/api/admin/categories`;
  const headers = { Authorization: `Bearer ${api.key}`, 'Content-Type': 'application/json' };
  const slow = Array.from({ length: 5 }, () => {
    const sending = request(create, { method: 'POST', agent: false, headers });
    sending.on('error', () => {}).write('{');
    return sending;
  });
  await Promise.all(slow.map((sending) => once(sending, 'socket')));
  // Answered only after those before it were taken in.
  for (let count = 0; count < 5; count++) await api.get('/readyz');
  const startedAt = performance.now();
  expect((await api.post('/api/admin/categories', { name: 'Groceries' })).status).toBe(201);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  for (const sending of slow) sending.destroy();
});

test('retries of batches are changes, and take nothing of what reads have', async () => {
  const { id } = await insertTestBatch(api.database, [makeTransaction()]);
  await api.database('batches').where({ id }).update({ status: 'failed' });
  const path = `/api/integrations/batches/${id}`;
  const trx = await api.database.transaction();
  await trx('batches').where({ id }).forUpdate();
  const flood = Promise.all(Array.from({ length: 30 }, () => api.post(`${path}/retry`)));
  await waitFor(async () => (await countWaiting()) > 1);
  expect((await api.get(path)).status).toBe(200);
  expect(await countWaiting()).toBe(2);
  await trx.rollback();
  await flood;
});
