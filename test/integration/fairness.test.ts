import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { addKey } from '../helpers/add-key.ts';
import { readSamples, sumOf } from '../helpers/read-metrics.ts';
import { type SlowClient, startSlowClient } from '../helpers/slow-client.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

const path = '/api/integrations/transactions';
const json = { 'Content-Type': 'application/json' };
const ndjson = { 'Content-Type': 'application/x-ndjson' };
/** Far more than most requests take, on a busy machine too, and less than any patience or grace of the API. */
const atOnceMs = 1_500;

const row = (account: string, id: number) =>
  `{"transaction_id":"t-${id}","account_id":"${account}","amount":"-1.00","currency":"USD","date":"2026-01-31"}`;
const rows = (account: string, count: number) =>
  Array.from({ length: count }, (_, index) => row(account, index));
const jsonBody = (account: string, count: number) =>
  `{"transactions":[${rows(account, count).join(',')}]}`;
const lines = (account: string, count: number) => `${rows(account, count).join('\n')}\n`;

/** Two processes side by side: the first is attacked, the second is not. */
let api: TestApi;
let second: TestApi;
/** The other client, who must notice nothing. */
let other: { Authorization: string };
let clients: SlowClient[];
let timers: NodeJS.Timeout[];
beforeEach(async () => {
  api = await startTestApi();
  second = await startTestApi({ beside: api });
  other = await addKey(api, 'other');
  clients = [];
  timers = [];
});
afterEach(async () => {
  for (const timer of timers) clearInterval(timer);
  for (const client of clients) client.leave();
  await second.stop();
  await api.stop();
});

function slowClient(
  headers: Record<string, string>,
  first: string | Buffer,
  process = api,
): SlowClient {
  const client = startSlowClient(process, headers, first);
  clients.push(client);
  return client;
}

let posted = 0;
/** Posts a batch of each form to each process as the other client, which are all stored. Returns how long the slowest one took. */
async function postAsOther(): Promise<number> {
  posted++;
  let slowestMs = 0;
  for (const [name, process] of Object.entries({ api, second })) {
    for (const [headers, body] of [
      [json, jsonBody(`other-json-${name}-${posted}`, 100)],
      [ndjson, lines(`other-ndjson-${name}-${posted}`, 100)],
    ] as const) {
      const startedAt = performance.now();
      const answer = await process.send('POST', path, body, { ...headers, ...other });
      expect(answer).toMatchObject({ status: 202, body: { transaction_count: 100 } });
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  }
  return slowestMs;
}

/** Half of the rounds may be late on a machine that is busy with other tests; who waits for a slow client always is. */
async function expectOtherUnharmed(goOn: (rounds: number) => boolean): Promise<void> {
  const times: number[] = [];
  do times.push(await postAsOther());
  while (goOn(times.length));
  expect(times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]).toBeLessThan(
    atOnceMs,
  );
}

/** Connections to the database in the state, whose latest statement is such a one. */
async function countConnections(state: string, query: string, waitsFor?: string): Promise<number> {
  const { rows: found } = await api.database.raw(
    `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND state = ? AND query LIKE ? AND (wait_event_type = ? OR ?)`,
    [state, query, waitsFor ?? null, waitsFor === undefined],
  );
  return found.length;
}

/** The answer to one that was too slow: what to do, and an end of the connection, whose rest nobody reads. */
async function expectTooSlow({ answer }: SlowClient): Promise<void> {
  expect(await answer).toMatchObject({
    status: 408,
    headers: { 'retry-after': '5', connection: 'close' },
    body: expect.stringContaining('"code":"request_timeout"'),
  });
}

// First, since what the others leave behind may still be counted while the next test runs.
describe('a 503 that a client brings about', () => {
  beforeEach(() => register.resetMetrics());

  /** How many the metrics count as whose. */
  async function counted() {
    const samples = readSamples(await register.metrics());
    const requests = 'tallyflow_ingest_request_seconds_count';
    const problems = 'tallyflow_requests_refused_total';
    return {
      refused: sumOf(samples, requests, { outcome: 'refused' }) ?? 0,
      failed: sumOf(samples, requests, { outcome: 'failed' }) ?? 0,
      ofClient: sumOf(samples, problems, { code: 'overloaded', fault: 'client' }) ?? 0,
      ofServer: sumOf(samples, problems, { fault: 'server' }) ?? 0,
    };
  }

  it('counts as its own where its open stream holds the same rows', async () => {
    slowClient(ndjson, lines('locked', 10_001));
    await waitFor(
      async () => (await countConnections('idle in transaction', 'RELEASE SAVEPOINT%')) > 0,
    );
    const answer = await api.send('POST', path, jsonBody('locked', 1), json);
    expect(answer.status).toBe(503);
    expect(await counted()).toEqual({ refused: 1, failed: 0, ofClient: 1, ofServer: 0 });
  });

  it('counts as its own where it opens more streams than may wait', async () => {
    for (let index = 0; index < 19; index++) slowClient(ndjson, lines(`slow-${index}`, 1));
    await waitFor(async () => clients.some((client) => client.status() === 503));
    expect(await counted()).toEqual({ refused: 1, failed: 0, ofClient: 1, ofServer: 0 });
  });
});

it('a batch never waits for rows of another key that came at the same moment', async () => {
  slowClient(ndjson, lines('locked', 10_001));
  await waitFor(
    async () => (await countConnections('idle in transaction', 'RELEASE SAVEPOINT%')) > 0,
  );
  const startedAt = performance.now();
  const stored = Array.from({ length: 20 }, async (_, index) => {
    const body = jsonBody('locked', 1);
    slowClient({ ...json, 'Content-Length': String(body.length) }, body);
    const headers = { ...json, ...other };
    const answer = await api.send('POST', path, jsonBody(`other-${index}`, 1), headers);
    expect(answer.status).toBe(202);
  });
  await Promise.all(stored);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it('a thousand small batches of one key at once are all stored', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      api.send('POST', path, jsonBody(`burst-${index}`, 2), json),
    ),
  );
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
});

describe('a client that fills the room for JSON bodies', () => {
  const mebibyte = 1024 * 1024;

  it('harms nobody with 65 KB that decompress to 64 MiB less 8, left open', async () => {
    const bytes = gzipSync(Buffer.alloc(64 * mebibyte - 8, ' '));
    const client = slowClient({ ...json, 'Content-Encoding': 'gzip' }, bytes);
    await expectOtherUnharmed(() => client.status() === null);
    expect([408, 413]).toContain((await client.answer).status);
  });

  it('harms nobody with 64 MiB that it announces, and stops half-way', async () => {
    const headers = { ...json, 'Content-Length': String(64 * mebibyte) };
    const client = slowClient(headers, Buffer.alloc(32 * mebibyte, ' '));
    await expectOtherUnharmed(() => client.status() === null);
    await expectTooSlow(client);
  });

  it('harms nobody with as many small ones as it can open', async () => {
    for (let count = 0; count < 300; count++)
      slowClient({ ...json, 'Content-Length': '100000' }, '{"transactions":[');
    await expectOtherUnharmed((rounds) => rounds < 10);
  });

  it('leaves room for the largest body of another', async () => {
    const maxBytes = 4 * mebibyte;
    const small = await startTestApi({ beside: api, config: { MAX_BODY_BYTES: maxBytes } });
    const hog = slowClient({ ...json, 'Content-Length': String(maxBytes) }, ' ', small);
    const body = jsonBody('other-large', 5_000).padEnd(maxBytes);
    const startedAt = performance.now();
    const answer = await small.send('POST', path, body, { ...json, ...other });
    expect(answer).toMatchObject({ status: 202, body: { transaction_count: 5_000 } });
    // Sooner than an announcement of which nothing comes is given up.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    hog.leave();
    await small.stop();
  });
});

describe('a client that keeps streams open', () => {
  const every = (ms: number, act: () => void) => timers.push(setInterval(act, ms));
  const habits: [string, (client: SlowClient) => void][] = [
    ['silent', () => {}],
    ['a byte every four seconds', (client) => every(4_000, () => client.write('{'))],
    ['blank lines all the time', (client) => every(100, () => client.write('\n  \n'))],
  ];
  /** Begins with a row, and goes on in its way. */
  function startStreams(count: number, habit: (client: SlowClient) => void): void {
    for (let index = 0; index < count; index++)
      habit(slowClient(ndjson, lines(`slow-${index}`, 1)));
  }

  it.each(habits.flatMap(([name, habit]) => [4, 40].map((count) => [count, name, habit] as const)))(
    'harms nobody with %i of them: %s',
    async (count, _, habit) => {
      startStreams(count, habit);
      await waitFor(async () => (await countConnections('idle in transaction', '%')) >= 2, 5_000);
      await expectOtherUnharmed((rounds) => rounds < 10);
    },
  );

  it('shares them with every other key, though all of them come fast enough', async () => {
    const invalid = '1\n'.repeat(20);
    const fast = await addKey(api, 'fast');
    for (const headers of [ndjson, { ...ndjson, ...fast }]) {
      for (let index = 0; index < 4; index++) {
        const client = slowClient(headers, lines(`fast-${index}`, 100));
        every(100, () => client.write(invalid));
      }
    }
    await waitFor(async () => (await countConnections('idle in transaction', '%')) >= 4, 5_000);
    const answer = await api.send('POST', path, lines('other', 100), { ...ndjson, ...other });
    expect(answer).toMatchObject({ status: 202, body: { transaction_count: 100 } });
  });

  it('loses them after some seconds, though nobody else comes', async () => {
    startStreams(2, habits[2]?.[1] as (client: SlowClient) => void);
    for (const client of clients) await expectTooSlow(client);
    await waitFor(async () => (await countConnections('idle in transaction', '%')) === 0);
    expect(await api.database('transactions')).toEqual([]);
  });
});

describe('a client whose statements wait for its own open stream', () => {
  it.each([
    ['small', 1],
    ['larger', 150],
  ])('harms nobody with many %s bodies', async (_, count) => {
    slowClient(ndjson, lines('locked', 10_001));
    // The first part of the stream is stored, and not committed.
    await waitFor(
      async () => (await countConnections('idle in transaction', 'RELEASE SAVEPOINT%')) > 0,
    );
    for (let index = 0; index < 40; index++) {
      const body = jsonBody('locked', count);
      const headers = { ...json, 'Content-Length': String(body.length) };
      slowClient(headers, body);
      slowClient(headers, body, second);
    }
    await waitFor(async () => (await countConnections('active', '%', 'Lock')) > 0);
    await expectOtherUnharmed((rounds) => rounds < 10);
  });
});
