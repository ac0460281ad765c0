import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import { KeyProducer } from '../../src/kafka/api-keys/key-producer.ts';
import { publishApiKeys } from '../../src/kafka/api-keys/publish-api-keys.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts, topics } from '../../src/kafka/topics.ts';
import { startChild } from '../../src/local/processes/child-process.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { checkout } from '../../src/local/settings.ts';
import { createLogger } from '../../src/logger.ts';
import { type FollowedTopic, followTopic } from '../helpers/follow-topic.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** A broker starts in some seconds, and on a busy machine in a minute. */
const timeoutMs = 180_000;
/** What a gateway may take to refuse a revoked key. */
const promisedMs = 2_000;

let kafka: TestKafka;
let api: TestApi;
let topic: FollowedTopic;

beforeAll(async () => {
  kafka = await startTestKafka();
  await createTopics({ bootstrapBrokers: [kafka.brokers] }, topicLayouts(1));
  api = await startTestApi({ config: { KAFKA_BROKERS: [kafka.brokers] } });
  topic = await followTopic(kafka.brokers, topics.apiKeys);
}, timeoutMs);
afterAll(async () => {
  await topic?.close();
  await api?.stop();
  await kafka?.close();
}, timeoutMs);

/** What a running API process does beside its requests. */
function startPublisher(): { stop(): Promise<void>; lines: string[] } {
  const stopping = new AbortController();
  const lines: string[] = [];
  const done = publishApiKeys({
    database: api.limitedDatabase,
    connection: { bootstrapBrokers: [kafka.brokers] },
    logger: createLogger('api', 'info', (line) => lines.push(JSON.parse(line).msg)),
    signal: stopping.signal,
  });
  return {
    lines,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

let publishers: ReturnType<typeof startPublisher>[] = [];
beforeEach(() => {
  publishers = [];
});
afterEach(() => Promise.all(publishers.map((publisher) => publisher.stop())));
const publish = () => {
  const publisher = startPublisher();
  publishers.push(publisher);
  return publisher;
};

const recordsOf = (id: number) => topic.records.filter(({ key }) => key === String(id));
/** What a gateway that has read the whole topic knows of a key; null for one that has ended. */
const latest = (id: number) => {
  const record = recordsOf(id).at(-1);
  return record && (record.value === undefined ? null : JSON.parse(record.value));
};
/** What a gateway takes for all keys; undefined before a process says so. */
const completions = () =>
  topic.records.filter(({ key }) => key === 'complete').map(({ value }) => JSON.parse(`${value}`));
/** Starts a process, and waits until it has compared the topic with the database. */
async function publishAll() {
  const before = completions().length;
  const publisher = publish();
  await waitFor(async () => completions().length > before);
  return publisher;
}
const pendingCount = async () => Number((await api.database('api_key_changes').count())[0]?.count);
const untilPublished = () => waitFor(async () => (await pendingCount()) === 0);

async function createKey(body: Record<string, unknown> = {}) {
  const { status, body: created } = await api.post('/api/admin/api-keys', {
    name: 'a client',
    scopes: ['ingest'],
    account_prefixes: [],
    ...body,
  });
  expect(status).toBe(201);
  return created as { id: number; key: string };
}

/** Waits for what the topic is to say of a key, and returns how long that took since the API's answer. */
async function timeUntil(id: number, condition: (state: unknown) => boolean): Promise<number> {
  const answeredAt = performance.now();
  await waitFor(async () => recordsOf(id).length > 0 && condition(latest(id)));
  return performance.now() - answeredAt;
}

describe('with several processes', () => {
  beforeEach(async () => {
    await publishAll();
    await publishAll();
  });

  it('tells what a gateway has to know of a key, and never the key', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id, key } = await createKey({ account_prefixes: ['b-', 'a-'], expires_at: expiresAt });
    expect(await timeUntil(id, (state) => state !== null)).toBeLessThan(promisedMs);
    expect(latest(id)).toEqual({
      version: 1,
      id,
      lineage_id: id,
      key_hash: hashApiKey(key).toString('hex'),
      scopes: ['ingest'],
      account_prefixes: expect.arrayContaining(['a-', 'b-']),
      expires_at: expiresAt,
    });
    expect(JSON.stringify(topic.records.map(({ value }) => value))).not.toContain(key);
  });

  it('tells within two seconds that a key is revoked', async () => {
    const { id } = await createKey();
    await timeUntil(id, (state) => state !== null);
    expect((await api.delete(`/api/admin/api-keys/${id}`)).status).toBe(204);
    expect(await timeUntil(id, (state) => state === null)).toBeLessThan(promisedMs);
  });

  it('tells both keys of a rotation, of one lineage', async () => {
    const { id } = await createKey();
    const { body } = await api.post(`/api/admin/api-keys/${id}/rotate`, { overlap_seconds: 60 });
    expect(await timeUntil(body.id, (state) => state !== null)).toBeLessThan(promisedMs);
    await waitFor(async () => latest(id)?.expires_at !== null);
    expect(latest(body.id)).toMatchObject({ lineage_id: id, expires_at: null });
  });

  it('writes nothing because a key is used', async () => {
    const { id, key } = await createKey();
    await timeUntil(id, (state) => state !== null);
    const { id: used } = await createKey();
    const body = {
      transactions: [
        { transaction_id: 't', account_id: 'a', amount: '1', currency: 'USD', date: '2026-01-31' },
      ],
    };
    await api.post('/api/integrations/transactions/', body, { Authorization: `Bearer ${key}` });
    await waitFor(async () => (await api.database('api_keys').where({ id }).first()).lastUsedAt);
    // A later change is in the topic by now, and so would an earlier one be.
    await api.delete(`/api/admin/api-keys/${used}`);
    await timeUntil(used, (state) => state === null);
    expect(recordsOf(id)).toHaveLength(1);
  });
});

it('writes what changed while no process ran, once one starts', async () => {
  const { id: first } = await createKey();
  const expired = await createKey();
  await api
    .database('api_keys')
    .where({ id: expired.id })
    .update({ expires_at: new Date(0) });
  publish();
  await untilPublished();
  await waitFor(async () => latest(first) !== undefined);
  await waitFor(async () => latest(expired.id) === null);
});

describe('once the topic differs from the database', () => {
  /** Writes as a process does that was stopped, and goes on later with what was true before. */
  async function write(...records: { key: string; value?: string }[]): Promise<void> {
    const producer = new KeyProducer({ bootstrapBrokers: [kafka.brokers] });
    await producer.send(records.map(({ key, value }) => ({ key, value })));
    await producer.close();
  }

  it('writes what is missing, and then that nothing is', async () => {
    const { id } = await createKey();
    await (await publishAll()).stop();
    await write({ key: String(id) });
    await waitFor(async () => latest(id) === null);
    await publishAll();
    expect(latest(id)).toMatchObject({ id });
    expect(completions().at(-1)).toEqual({ version: 1, log_start_offset: 0 });
  });

  it('ends keys that have ended long ago, and those that the database does not know', async () => {
    const { id } = await createKey();
    await (await publishAll()).stop();
    const value = `${recordsOf(id).at(-1)?.value}`;
    const longAgo = new Date('2020-01-01');
    await api.database('api_keys').where({ id }).update({ revoked_at: longAgo });
    await api.database('api_key_changes').del();
    // As after a restore of the database: a key was created since the backup.
    const lost = 2_000_000;
    await write({ key: String(id), value }, { key: String(lost), value });
    await waitFor(async () => latest(lost) !== undefined);
    const { lines } = await publishAll();
    expect([latest(id), latest(lost)]).toEqual([null, null]);
    expect(lines).toContain('Kafka had API keys that the database has not');
  });

  it('gives no id of a lost key to another after the statement for a restore', async () => {
    const guide = await readFile(path.join(checkout, 'docs/kafka.md'), 'utf8');
    const statement = guide.match(/```sql\n([^`]*setval[^`]*)```/)?.[1] ?? '';
    const before = await createKey();
    await api.database.raw(statement);
    expect((await createKey()).id).toBeGreaterThan(before.id + 1_000_000);
  });

  it('writes nothing of a key that the topic has as it is', async () => {
    const { id } = await createKey();
    await publishAll();
    const count = recordsOf(id).length;
    await publishAll();
    expect(recordsOf(id)).toHaveLength(count);
  });

  it(
    'ends a key that comes back by a request that was given up',
    async () => {
      const { id } = await createKey();
      const publisher = await publishAll();
      const value = `${recordsOf(id).at(-1)?.value}`;
      kafka.pause();
      expect((await api.delete(`/api/admin/api-keys/${id}`)).status).toBe(204);
      await waitFor(async () => publisher.lines.includes('API keys cannot be written to Kafka'));
      kafka.resume();
      await untilPublished();
      await waitFor(async () => latest(id) === null);
      await write({ key: String(id), value });
      await waitFor(async () => latest(id) !== null);
      await waitFor(async () => latest(id) === null, 20_000);
    },
    timeoutMs,
  );
});

it('keeps a change whose transaction is ended between the brokers and the commit', async () => {
  // A commit that deletes changes waits for the test.
  await api.database.raw(`
    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_for_test AFTER DELETE ON api_key_changes
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test();
  `);
  const { id } = await createKey();
  const blocker = await api.database.transaction();
  await blocker.raw('SELECT pg_advisory_xact_lock(4711)');
  publish();
  await waitFor(async () => recordsOf(id).length > 0);
  const { rows } = await api.database.raw(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(await pendingCount()).toBeGreaterThan(0);
  await blocker.rollback();
  await untilPublished();
  await waitFor(async () => recordsOf(id).length > 1);
  await api.database.raw(`
    DROP TRIGGER wait_for_test ON api_key_changes;
    DROP FUNCTION wait_for_test();
  `);
});

it(
  'waits for Kafka without harm, says so, and goes on when it is back',
  async () => {
    const publisher = publish();
    await untilPublished();
    await kafka.kill();
    const { id } = await createKey();
    await waitFor(async () => publisher.lines.includes('API keys cannot be written to Kafka'));
    await api.database('api_key_changes').update({ changed_at: new Date(Date.now() - 60_000) });
    // The watch reads the database every ten seconds.
    await waitFor(async () => {
      const { body } = await api.get('/readyz');
      return body.key_publishing === 'behind' && body.status === 'degraded';
    });
    expect((await api.get('/api/admin/system')).body.kafka).toEqual({
      brokers: [kafka.brokers],
      key_publishing: 'behind',
      pending_key_change_count: expect.any(Number),
      oldest_key_change_seconds: expect.any(Number),
    });
    await kafka.start();
    await untilPublished();
    await waitFor(async () => latest(id) !== undefined);
    await waitFor(async () => (await api.get('/readyz')).body.key_publishing === 'current');
    expect(publisher.lines.filter((line) => line.includes('written'))).toEqual([
      'API keys cannot be written to Kafka',
      'API keys are written to Kafka again',
    ]);
  },
  timeoutMs,
);

it(
  'is done by the API, and goes on after one was killed while Kafka did not answer',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-publish-'));
    const start = (name: string) =>
      startChild({
        name,
        command: process.execPath,
        args: [path.join(checkout, 'src/server.ts')],
        env: {
          PATH: process.env.PATH,
          PORT: '0',
          METRICS_PORT: '0',
          DATABASE_URL: api.databaseUrl,
          TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
          KAFKA_BROKERS: kafka.brokers,
        },
        dataDir: folder,
        ready: async (log) => log.text().includes('"msg":"api started"'),
        readyTimeoutMs: timeoutMs,
        graceMs: 40_000,
        log: () => {},
      });
    const { id: before } = await createKey();
    const first = await start('first');
    await waitFor(async () => latest(before) !== undefined);
    kafka.pause();
    const { id } = await createKey();
    const record = livingProcesses(folder).find(({ name }) => name === 'first');
    process.kill(record?.pid as number, 'SIGKILL');
    await first.died;
    kafka.resume();
    const second = await start('second');
    await untilPublished();
    await waitFor(async () => latest(id) !== undefined);
    await second.stop();
    await rm(folder, { recursive: true });
  },
  timeoutMs,
);

it('writes more keys than fit into one request', async () => {
  // Each with as many prefixes as a key may have, of as many characters as an account id may have.
  const prefixes = Array.from({ length: 100 }, (_, index) => `${index}-`.padEnd(255, '€'));
  await api.database('api_keys').insert(
    Array.from({ length: 30 }, () => ({
      name: 'bound',
      prefix: 'b',
      key_hash: hashApiKey(generateApiKey()),
      scopes: ['ingest'],
      account_prefixes: prefixes,
    })),
  );
  const ids: number[] = await api.database('api_keys').where({ name: 'bound' }).pluck('id');
  publish();
  await untilPublished();
  await waitFor(async () => ids.every((id) => latest(id)?.account_prefixes.length === 100));
});
