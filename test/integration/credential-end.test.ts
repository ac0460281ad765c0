import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeys } from '../../src/api/api-keys.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { openStream } from '../helpers/open-stream.ts';
import { insertUser, openSession } from '../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a revoked key has left, everywhere. */
const maxMs = 2_000;
const apiKeys = '/api/admin/api-keys';
const transactions = '/api/integrations/transactions';
const batches = '/api/integrations/batches';

/** Two processes of one installation: keys are revoked by the first, and used at the second. */
let first: TestApi;
let second: TestApi;
beforeAll(async () => {
  first = await startTestApi();
  second = await startTestApi({ beside: first });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});
beforeEach(() => emptyTables(first.database));

interface TestKey {
  id: number;
  key: string;
  headers: { Authorization: string };
}

async function createKey(scopes: string[], rest: object = {}): Promise<TestKey> {
  const { status, body } = await first.post(apiKeys, { name: 'test', scopes, ...rest });
  expect(status).toBe(201);
  return { id: body.id, key: body.key, headers: { Authorization: `Bearer ${body.key}` } };
}

/** The ways in which a key comes to its end; each returns when it has, in milliseconds since the epoch. */
const ends: [string, (key: TestKey) => Promise<number>][] = [
  [
    'is revoked',
    async ({ id }) => {
      expect((await first.delete(`${apiKeys}/${id}`)).status).toBe(204);
      return Date.now();
    },
  ],
  [
    'is rotated without an overlap',
    async ({ id }) => {
      const { status } = await first.post(`${apiKeys}/${id}/rotate`, { overlap_seconds: 0 });
      expect(status).toBe(201);
      return Date.now();
    },
  ],
  [
    'expires',
    async ({ id }) => {
      const expiresAt = new Date(Date.now() + 300);
      await first.database('api_keys').where({ id }).update({ expires_at: expiresAt });
      return expiresAt.getTime();
    },
  ],
];

const row = { ...rowOf('a-1'), transaction_id: 't-1' };
function rowOf(accountId: string) {
  return {
    transaction_id: 't-1',
    account_id: accountId,
    amount: '-1.00',
    currency: 'USD',
    date: '2026-01-31',
  };
}

/** A request whose answer is read as it comes. */
function open(method: string, path: string, headers: Record<string, string>): ClientRequest {
  const sending = request(second.url + path, { method, headers });
  sending.on('error', () => {});
  return sending;
}

const countRows = async () => (await first.database('transactions').count({ n: '*' }))[0]?.n;
/** Of the API, none of which may be left when everything was rolled back. */
const openTransactions = async (of = 'tallyflow-api') => {
  const { rows } = await first.database.raw(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = ? AND xact_start IS NOT NULL`,
    [of],
  );
  return rows[0].n;
};

describe.each(ends)('a key that %s', (_, end) => {
  it('is refused by every process within two seconds', async () => {
    const key = await createKey(['read']);
    const use = async (api: TestApi) => (await api.get(batches, key.headers)).status;
    expect([await use(first), await use(second)]).toEqual([200, 200]);
    const endedAt = await end(key);
    // It is asked for all the time, so that each process remembers it for as long as it may.
    await waitFor(async () => (await use(second)) === 401);
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
    expect([await use(first), await use(second)]).toEqual([401, 401]);
  });

  it('loses a stream that it is sending, of which nothing is stored', async () => {
    const key = await createKey(['ingest']);
    const stream = openStream({ url: second.url, key: key.key });
    stream.send([row]);
    await waitFor(async () => (await openTransactions()) > 0);
    const answered = stream.answer;
    const endedAt = await end(key);
    const { status, body } = await answered;
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
    await waitFor(async () => (await openTransactions()) === 0);
    expect([await countRows(), (await first.database('batches')).length]).toEqual([0, 0]);
  });

  it('loses a JSON body that it is sending', async () => {
    const key = await createKey(['ingest']);
    const headers = { ...key.headers, 'Content-Type': 'application/json' };
    const sending = open('POST', transactions, headers);
    const answered = once(sending, 'response');
    sending.write('{"transactions":[');
    await waitFor(async () => (await lastUsed(key)) !== null);
    const endedAt = await end(key);
    const [response] = await answered;
    expect(response.statusCode).toBe(401);
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
    sending.destroy();
  });

  it.each([
    ['the events of a batch', ['read'], (id: string) => `${batches}/${id}/events`],
    ['the changes that the console listens to', ['admin'], () => '/api/admin/events'],
  ])('hears no more of %s', async (_name, scopes, path) => {
    const key = await createKey(scopes);
    const batch = await insertTestBatch(first.database, [makeTransaction()]);
    const listening = open('GET', path(batch.id), key.headers);
    listening.end();
    const [response] = await once(listening, 'response');
    expect(response.statusCode).toBe(200);
    const closed = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => {}).resume();
    const endedAt = await end(key);
    await closed;
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
  });

  it('gets no more of an export, which does not look whole', async () => {
    await insertTestBatch(
      first.database,
      Array.from({ length: 30_000 }, () => makeTransaction({ description: 'x'.repeat(1_000) })),
    );
    const key = await createKey(['admin']);
    const exporting = open('GET', '/api/admin/transactions/export.csv', key.headers);
    exporting.end();
    const [response] = await once(exporting, 'response');
    expect(response.statusCode).toBe(200);
    // What has come is not read, so that the rest waits.
    const ofExports = 'tallyflow-api-exports';
    await waitFor(async () => (await openTransactions(ofExports)) === 1);
    const endedAt = await end(key);
    await waitFor(async () => (await openTransactions(ofExports)) === 0);
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
    await expect(text(response)).rejects.toThrow('aborted');
  });
});

const lastUsed = async ({ id }: TestKey) =>
  (await first.database('api_keys').where({ id }).first('last_used_at')).lastUsedAt;

it('a key that has expired hears why', async () => {
  const key = await createKey(['read'], { expires_at: new Date(Date.now() + 500).toISOString() });
  expect((await first.get(batches, key.headers)).status).toBe(200);
  let detail = '';
  await waitFor(async () => {
    const { status, body } = await first.get(batches, key.headers);
    detail = body.detail;
    return status === 401;
  });
  expect(detail).toBe('The API key has expired.');
});

it('a key is not believed for longer because the database was slow to find it', async () => {
  const key = await createKey(['read']);
  const keys = new ApiKeys(first.database);
  const trx = await first.database.transaction();
  await trx('api_keys').where({ id: key.id }).update({ revoked_at: new Date() });
  // It has read the key, and waits to write when that was last used.
  const looking = keys.find(key.key);
  await waitFor(async () => {
    const { rows } = await first.database.raw(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%last_used_at%'`,
    );
    return rows[0].n === 1;
  });
  const began = Date.now();
  await waitFor(async () => Date.now() - began > 1_000);
  await trx.commit();
  const later = keys.find(key.key);
  expect(await later).toBe('unknown');
  await looking;
  expect(await keys.find(key.key)).toBe('unknown');
});

describe('a session', () => {
  async function listen() {
    const userId = await insertUser(first, `${Math.random()}@example.com`, 'viewer');
    const session = await openSession(first, userId);
    const listening = open('GET', '/api/admin/events', session);
    listening.end();
    const [response] = await once(listening, 'response');
    expect(response.statusCode).toBe(200);
    return { userId, heard: text(response) };
  }

  it.each([
    [
      'whose user was disabled',
      (id: number) =>
        first.database('admin_users').where({ id }).update({ disabled_at: new Date() }),
    ],
    [
      'that was ended',
      (id: number) => first.database('admin_sessions').where({ user_id: id }).delete(),
    ],
  ])('%s hears no more within two seconds, also when no announcement comes', async (_, end) => {
    const { userId, heard } = await listen();
    // In the database itself, which announces nothing.
    await end(userId);
    const endedAt = Date.now();
    expect(await heard).toMatch(/event: end\n/);
    expect(Date.now() - endedAt).toBeLessThan(maxMs);
  });
});
