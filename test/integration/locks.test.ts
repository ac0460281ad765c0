import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteSomeExpiredIdempotencyKeys } from '../../src/db/batches/delete-some-expired-idempotency-keys.ts';
import { advisoryLocks } from '../../src/db/connection/advisory-locks.ts';
import { generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import { collidingText } from '../helpers/colliding-text.ts';
import { type OpenStream, openStream } from '../helpers/open-stream.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

const path = '/api/integrations/transactions';
/** Of a stream, which are stored at once. */
const rowsPerPart = 10_000;

let api: TestApi;
/** The key of another client. */
let otherKey: string;
/** Whatever a test has opened. */
let streams: OpenStream[] = [];

beforeAll(async () => {
  api = await startTestApi();
  otherKey = generateApiKey();
  await api
    .database('api_keys')
    .insert({ name: 'other', prefix: 'o', key_hash: hashApiKey(otherKey), scopes: ['ingest'] });
});
afterEach(async () => {
  for (const stream of streams) stream.leave();
  streams = [];
  await waitFor(async () => (await countOpen()) === 0);
  await emptyTables(api.database);
});
afterAll(() => api.stop());

let rowCount = 0;
const row = (given: Record<string, unknown> = {}) => ({
  transaction_id: `t-${rowCount++}`,
  account_id: 'acc-1',
  amount: '-42.10',
  currency: 'USD',
  date: '2026-01-31',
  ...given,
});
const rows = (count: number) => Array.from({ length: count }, () => row());

/** Connections of the API of which this holds. */
async function countConnections(condition: string): Promise<number> {
  const { rows: found } = await api.database.raw(
    `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND usename <> current_user AND ${condition}`,
  );
  return found.length;
}
const countOpen = () => countConnections('xact_start IS NOT NULL');
/** Transactions that have done something, and wait for their client. */
const countHeld = () =>
  countConnections(`state = 'idle in transaction' AND query NOT ILIKE 'begin%'`);
/** Streams that have stored rows of a part, and wait for more. */
const countStoring = () =>
  countConnections(`state = 'idle in transaction' AND query LIKE 'RELEASE%'`);
const countWaiting = () => countConnections(`wait_event_type = 'Lock'`);

/** A stream whose transaction has begun, of a client that sends no more. */
async function hold(
  headers: Record<string, string> = {},
  sent: unknown[] = [row()],
): Promise<OpenStream> {
  const before = await countHeld();
  const stream = openStream(api, headers);
  streams.push(stream);
  stream.send(sent);
  await waitFor(async () => (await countHeld()) > before);
  return stream;
}

/** A stream that has stored this row with a whole part, and goes on. */
async function holdRow(held: unknown, key = api.key): Promise<OpenStream> {
  const before = await countStoring();
  const stream = openStream({ url: api.url, key });
  streams.push(stream);
  stream.send([held, ...rows(rowsPerPart - 1)]);
  await waitFor(async () => (await countStoring()) > before);
  return stream;
}

const postAsOther = (transactions: unknown[]) =>
  api.post(path, { transactions }, { Authorization: `Bearer ${otherKey}` });

describe('no text of a client reaches an advisory lock', () => {
  it('also none that was made for it: others go on while its stream is open', async () => {
    const { rows: found } = await api.database.raw(
      `SELECT 'transactions_id_seq'::regclass::oid::bigint AS "lockId",
              (SELECT id FROM api_keys WHERE key_hash = ?) AS "keyId"`,
      [hashApiKey(api.key)],
    );
    const { lockId, keyId } = found[0];
    const key = collidingText(lockId, keyId);
    const { rows: hashed } = await api.database.raw('SELECT hashtextextended(?, ?) AS hash', [
      key,
      keyId,
    ]);
    expect(hashed[0].hash).toBe(lockId);
    const stream = await hold({ 'Idempotency-Key': key });
    const answer = await postAsOther(rows(3));
    expect(answer).toMatchObject({ status: 202, body: { transaction_count: 3 } });
    expect(await stream.end()).toMatchObject({ status: 202 });
  }, 60_000);

  it('while a stream with an idempotency key is open, none is held', async () => {
    await hold({ 'Idempotency-Key': 'any' });
    const { rows: held } = await api.database.raw(
      `SELECT * FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(held).toEqual([]);
  });

  const calls = (source: string) =>
    [...source.matchAll(/pg_\w*advisory\w*\s*\(([^()]*)\)/g)].map(([, given]) => given as string);
  const mentions = (source: string) => source.match(/pg_\w*advisory\w*\b/g) ?? [];

  it('in statements each is named, and no two have the same number', () => {
    const root = join(import.meta.dirname, '../../src');
    const used = new Set<string>();
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file) || file === join('db', 'connection', 'advisory-locks.ts')) continue;
      const source = readFileSync(join(root, file), 'utf8');
      const given = calls(source);
      expect(given).toHaveLength(mentions(source).length);
      for (const argument of given) {
        expect(argument).toMatch(/^\$\{advisoryLocks\.\w+\}$/);
        used.add(argument.slice('${advisoryLocks.'.length, -1));
      }
    }
    // The one that is left is taken by a function of the database.
    expect([...used, 'transactionIds'].sort()).toEqual(Object.keys(advisoryLocks).sort());
    const numbers = Object.values(advisoryLocks);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('in functions of the database each has one of these numbers', async () => {
    const { rows: functions } = await api.database.raw<{ rows: { source: string }[] }>(
      `SELECT prosrc AS source FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%advisory%'`,
    );
    expect(functions.length).toBeGreaterThan(2);
    const numbers: string[] = Object.values(advisoryLocks);
    for (const { source } of functions) {
      const given = calls(source);
      expect(given).toHaveLength(mentions(source).length);
      for (const argument of given) expect(numbers).toContain(argument);
    }
  });
});

describe('an idempotency key in flight', () => {
  const body = { transactions: [row({ transaction_id: 'in flight' })] };
  const headers = { 'Idempotency-Key': 'in-flight' };

  it('is a 409 for the same client, at once, and free for others', async () => {
    const stream = await hold(headers);
    const startedAt = performance.now();
    expect(await api.post(path, body, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_in_flight' },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const asOther = { ...headers, Authorization: `Bearer ${otherKey}` };
    expect((await api.post(path, body, asOther)).status).toBe(202);
    expect((await stream.end()).status).toBe(202);
    expect(await api.post(path, body, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
  });

  it('is free again when its client has left, or was refused', async () => {
    const left = await hold(headers);
    left.leave();
    await waitFor(async () => (await countOpen()) === 0);
    const refused = await hold(headers);
    refused.send([row({ amount: 'x' })]);
    expect((await refused.end()).status).toBe(400);
    expect(await api.database('idempotency_keys')).toEqual([]);
    expect((await api.post(path, body, headers)).status).toBe(202);
  });

  it('lets expired answers be deleted meanwhile, but not its own', async () => {
    await api.post(path, body, headers);
    await api.post(path, body, { 'Idempotency-Key': 'another' });
    await api
      .database('idempotency_keys')
      .update({ created_at: api.database.raw("now() - interval '25 hours'") });
    const stream = await hold(headers);
    expect(await api.database.transaction(deleteSomeExpiredIdempotencyKeys)).toBe(1);
    expect(await stream.end()).toMatchObject({ status: 202, body: { transaction_count: 1 } });
    expect(await api.database('idempotency_keys').pluck('key')).toEqual(['in-flight']);
  });

  it('is replayed to several requests at once, while one of them is still being sent', async () => {
    const first = openStream(api, headers);
    const sent = [row()];
    first.send(sent);
    const { body: answer } = await first.end();
    const open = await hold(headers, sent);
    const second = openStream(api, headers);
    second.send(sent);
    expect(await second.end()).toEqual({ status: 202, body: answer });
    expect(await open.end()).toEqual({ status: 202, body: answer });
  });
});

describe('a row that a stream holds', () => {
  const held = row({ transaction_id: 'held' });
  const batchWith = (count: number) => [...rows(count - 1), held];

  it('is waited for, but not for long, and is a duplicate afterwards', async () => {
    const stream = await holdRow(held);
    const startedAt = performance.now();
    const forms: { transactions: unknown[]; headers: Record<string, string> }[] = [
      { transactions: batchWith(2), headers: {} },
      { transactions: batchWith(2), headers: { 'Idempotency-Key': 'waits' } },
      { transactions: batchWith(200), headers: {} },
    ];
    const post = ({ transactions, headers }: (typeof forms)[number]) =>
      api.post(path, { transactions }, { ...headers, Authorization: `Bearer ${otherKey}` });
    const other = openStream({ url: api.url, key: otherKey });
    other.send([held]);
    for (const answer of await Promise.all([...forms.map(post), other.end()])) {
      expect(answer).toMatchObject({
        status: 503,
        body: {
          code: 'overloaded',
          detail: expect.stringContaining('Another request is storing the same transactions'),
        },
      });
    }
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect((await stream.end()).status).toBe(202);
    for (const form of forms) {
      const answer = await post(form);
      expect(answer).toMatchObject({ status: 202, body: { duplicate_count: 1 } });
    }
  }, 30_000);

  it('delays no batch of another client, nor other batches of the same one', async () => {
    await holdRow(held);
    const stuck = Array.from({ length: 4 }, () => postAsOther(batchWith(2)));
    await waitFor(async () => (await countWaiting()) > 0);
    const startedAt = performance.now();
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => api.post(path, { transactions: rows(3) })),
      ...Array.from({ length: 3 }, () => postAsOther(rows(3))),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect((await Promise.all(stuck)).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  }, 30_000);

  it('keeps nobody from rotating and revoking its key', async () => {
    const keys = '/api/admin/api-keys';
    const { body } = await api.post(keys, { name: 'sender', scopes: ['ingest'] });
    await holdRow(held, body.key);
    const startedAt = performance.now();
    expect((await api.post(`${keys}/${body.id}/rotate`, { overlap_seconds: 60 })).status).toBe(201);
    expect((await api.delete(`${keys}/${body.id}`)).status).toBe(204);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('rows that two clients store in another order', () => {
  it.each([
    ['batches that are copied', 3_000],
    ['a batch that is copied and small ones', 80],
  ])(
    'are stored once, and both are told so: %s',
    async (_, count) => {
      const shared = rows(count);
      for (let round = 0; round < 3; round++) {
        const given = shared.map((each) => ({ ...each, account_id: `round-${round}` }));
        const [one, two] = await Promise.all([
          api.post(path, { transactions: [...given, ...rows(200)] }),
          postAsOther(given.toReversed()),
        ]);
        expect([one.status, two.status]).toEqual([202, 202]);
        const stored = await api.database('transactions').where({ account_id: `round-${round}` });
        expect(stored).toHaveLength(count);
        expect(one.body.duplicate_count + two.body.duplicate_count).toBe(count);
      }
    },
    60_000,
  );

  it('in streams, which deadlock: one is stored at once, the other one when it is sent again', async () => {
    const [first, second] = [row(), row()];
    const one = await holdRow(first);
    const two = await holdRow(second, otherKey);
    one.send([second]);
    two.send([first]);
    const answers = await Promise.all([one.end(), two.end()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 503]);
    const again = await postAsOther([first, second]);
    expect(again).toMatchObject({ status: 202, body: { duplicate_count: 2 } });
  }, 60_000);
});
