import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { insertUser, openSession } from '../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({ readTimeoutMs: 2_000 });
});
afterEach(() => api.stop());

/** More than all pools together have connections. */
const flood = 40;

const row = () => ({
  transaction_id: crypto.randomUUID(),
  account_id: 'acc-1',
  amount: '-1.00',
  currency: 'USD',
  date: '2026-01-31',
  merchant_name: 'Shop',
});
const batch = () => ({ transactions: [row()] });

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

/** Resolves once so many connections of the API wait for a lock. */
const waiting = (count: number) =>
  waitFor(async () => {
    const { rows } = await api.database.raw(
      `SELECT count(*) AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0].waiting >= count;
  });

async function expectOthersToBeServed(): Promise<void> {
  const session = await openSession(api, await insertUser(api, 'ada@example.com', 'viewer'));
  const answers = await Promise.all([
    api.post('/api/integrations/transactions', batch()),
    api.get('/readyz'),
    api.get('/api/admin/session', session),
    api.post('/api/admin/categories', { name: 'Groceries' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([202, 200, 200, 201]);
}

test('reads that wait keep nobody from sending, changing or signing in', async () => {
  let reads: Promise<unknown> = Promise.resolve();
  await whileLocked('recategorizations', async () => {
    reads = Promise.all(
      Array.from({ length: flood }, () => api.get('/api/admin/recategorizations')),
    );
    await waiting(1);
    await expectOthersToBeServed();
  });
  await reads;
});

test('a read that takes too long is told to come back', async () => {
  await whileLocked('recategorizations', async () => {
    const { status, headers, body } = await api.get<Problem>('/api/admin/recategorizations');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'overloaded' });
    expect(headers.get('retry-after')).toBe('5');
  });
});

test('a stream whose transaction the server has ended is answered with 503, and nothing is stored', async () => {
  const impatient = await startTestApi({ streamIdleMs: 500 });
  try {
    const line = (id: number) => `${JSON.stringify({ ...row(), transaction_id: String(id) })}\n`;
    const part = Array.from({ length: 10_000 }, (_, id) => line(id)).join('');
    const stream = request(`${impatient.url}/api/integrations/transactions`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${impatient.key}`,
        'Content-Type': 'application/x-ndjson',
      },
    });
    const answered = once(stream, 'response') as Promise<[IncomingMessage]>;
    stream.write(part);
    const findSession = (condition: object) =>
      impatient
        .database('pg_stat_activity')
        .where({ application_name: 'tallyflow-api', ...condition })
        .whereRaw('datname = current_database()')
        .first('pid');
    const { pid } = await waitFor(() => findSession({ state: 'idle in transaction' }));
    await waitFor(async () => (await findSession({ pid })) === undefined);
    stream.end(line(10_000));
    const [response] = await answered;
    expect(response.statusCode).toBe(503);
    expect(JSON.parse(await text(response))).toMatchObject({ code: 'database_unavailable' });
    expect(await impatient.database('batches').select('id')).toEqual([]);
  } finally {
    await impatient.stop();
  }
});

test('exports that wait keep nobody from reading either', async () => {
  let exports: Promise<unknown> = Promise.resolve();
  await whileLocked('categories', async () => {
    exports = Promise.allSettled(
      Array.from({ length: flood }, () => api.get('/api/admin/transactions/export.csv')),
    );
    await waiting(1);
    const answers = await Promise.all([
      api.post('/api/integrations/transactions', batch()),
      api.get('/readyz'),
      api.get('/api/admin/batches'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 200, 200]);
  });
  await exports;
});
