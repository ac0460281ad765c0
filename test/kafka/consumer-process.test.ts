import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { v7 as uuidV7 } from 'uuid';
import {
  readThroughputTotals,
  type ThroughputFigure,
} from '../../src/cache/read-throughput-totals.ts';
import { Throughput } from '../../src/cache/throughput.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts, topics } from '../../src/kafka/topics.ts';
import { type ConsumerProcess, startConsumerProcess } from '../helpers/consumer-process.ts';
import { documentedMetrics } from '../helpers/documented-metrics.ts';
import { batchValue, KafkaTraffic, makeRows } from '../helpers/kafka-traffic.ts';
import { readFamilies } from '../helpers/read-metrics.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { testRedisUrl } from '../helpers/test-api.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';

const megabyte = 1024 * 1024;

let kafka: TestKafka;
let db: TestDatabase;
let proxy: TcpProxy;
let traffic: KafkaTraffic;
/** Without a worker. */
const taskQueue = `test-${uuidV7()}`;
let keyId: number;
const running: ConsumerProcess[] = [];

beforeAll(async () => {
  kafka = await startTestKafka();
  db = await createTestDatabase();
  const { hostname, port } = new URL(db.url);
  proxy = await startTcpProxy(hostname, Number(port));
  await createTopics({ bootstrapBrokers: [kafka.brokers] }, topicLayouts(4));
  traffic = new KafkaTraffic(kafka.brokers);
  const [key] = await db
    .database('api_keys')
    .insert({
      name: 'gateway',
      prefix: 'gateway',
      key_hash: createHash('sha256').update('gateway').digest(),
      scopes: ['ingest'],
    })
    .returning<{ id: number }[]>('id');
  keyId = key?.id as number;
}, 120_000);

beforeEach(() => emptyTables(db.database));
afterEach(async () => {
  await proxy.restore();
  await Promise.all(running.splice(0).map((consumer) => consumer.kill()));
});
afterAll(async () => {
  await traffic?.close();
  await proxy?.close();
  await db?.drop();
  await kafka?.close();
});

async function start(environment: Record<string, string> = {}): Promise<ConsumerProcess> {
  const url = new URL(db.url);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const consumer = await startConsumerProcess({
    DATABASE_URL: url.href,
    KAFKA_BROKERS: kafka.brokers,
    TEMPORAL_TASK_QUEUE: taskQueue,
    ...environment,
  });
  running.push(consumer);
  return consumer;
}

const headers = (): Record<string, string> => ({
  'api-key-id': String(keyId),
  'lineage-id': String(keyId),
  'accepted-at': new Date().toISOString(),
});

/** Sends batches of so many rows. Returns their ids. */
async function sendBatches(count: number, rows: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidV7());
  for (let from = 0; from < count; from += 100)
    await traffic.send(
      ids
        .slice(from, from + 100)
        .map((key) => ({ key, value: batchValue(makeRows(rows)), headers: headers() })),
    );
  return ids;
}

const countOf = async (table: string): Promise<number> =>
  (await db.database(table).count({ count: '*' }))[0]?.count as number;
const allCommitted = (timeoutMs = 60_000) =>
  waitFor(async () => (await traffic.lag(topics.batches)) === 0, timeoutMs);

/** Expects that each batch is stored exactly once, with all its rows. */
async function expectExactly(ids: readonly string[], rows: number): Promise<void> {
  const batches = await Batch.query(db.database).select('id', 'transactionCount', 'duplicateCount');
  expect(batches.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  for (const batch of batches)
    expect(batch).toMatchObject({ transactionCount: rows, duplicateCount: 0 });
  expect(await countOf('transactions')).toBe(ids.length * rows);
}

it('stores a batch of 1,000,000 rows in bounded memory, and small ones beside it', async () => {
  const parts = Array.from({ length: 160 }, () => makeRows(6_250));
  const id = await traffic.sendLarge(parts, headers());
  const small = await sendBatches(100, 10);
  const consumer = await start();
  await waitFor(async () => (await countOf('batches')) >= small.length);
  // The large one is stored in one transaction, and takes longer.
  expect(await Batch.query(db.database).findById(id)).toBeUndefined();
  const batch = await waitFor(async () => Batch.query(db.database).findById(id), 120_000);
  expect(batch).toMatchObject({ transactionCount: 1_000_000, duplicateCount: 0 });
  await allCommitted();
  expect(consumer.peakBytes()).toBeLessThan(400 * megabyte);
  expect(await consumer.stop()).toBe(0);
}, 240_000);

it('serves exactly the metrics that docs/observability.md lists, and ends in order', async () => {
  const consumer = await start();
  expect(await consumer.health()).toBe(200);
  await sendBatches(1, 1);
  await allCommitted();
  // The lag is known once something was committed.
  const text = await waitFor(async () => {
    const served = await consumer.metrics();
    return served.includes('tallyflow_consumer_lag_records{') && served;
  });
  const served = [...readFamilies(text)].filter(([name]) => name.startsWith('tallyflow_'));
  const documented = documentedMetrics().filter(({ of }) => of.includes('consumer'));
  expect(Object.fromEntries(served.map(([name, labels]) => [name, [...labels].sort()]))).toEqual(
    Object.fromEntries(documented.map(({ name, labels }) => [name, labels.sort()])),
  );
  expect(await consumer.stop()).toBe(0);
  expect(consumer.log()).toContain('"msg":"consumer stopped"');
});

it('tells the other processes what it has stored and failed', async () => {
  const url = testRedisUrl() as string;
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
  const nothing = await readThroughputTotals();
  const throughput = new Throughput(async () => nothing, { url });
  const consumer = await start({ REDIS_URL: url });
  await sendBatches(2, 3);
  await traffic.send([{ value: 'bad', headers: headers() }]);
  await allCommitted();
  // It tells what is left when it ends.
  expect(await consumer.stop()).toBe(0);
  const { minutes } = await waitFor(async () => {
    const hour = await throughput.lastHour();
    return hour.isShared && hour;
  });
  const sum = (figure: ThroughputFigure) =>
    minutes.reduce((total, minute) => total + minute[figure], 0);
  expect([sum('batchesIn'), sum('rowsIn'), sum('batchesFailed')]).toEqual([2, 6, 1]);
  await throughput.close();
});

describe('no batch is lost or stored twice', () => {
  it('when the consumer is killed between the commit of the database and that of the offset', async () => {
    const ids = await sendBatches(300, 20);
    // Each is killed as soon as it has stored something, and most of that is not committed to Kafka.
    for (let time = 0; time < 3; time++) {
      const before = await countOf('batches');
      const consumer = await start();
      await waitFor(async () => (await countOf('batches')) > before || before === ids.length);
      await consumer.kill();
    }
    await start();
    await allCommitted();
    await expectExactly(ids, 20);
  }, 120_000);

  it('when consumers come and go', async () => {
    const first = await start();
    const ids = await sendBatches(200, 10);
    const second = await start();
    ids.push(...(await sendBatches(200, 10)));
    expect(await first.stop()).toBe(0);
    ids.push(...(await sendBatches(200, 10)));
    await second.kill();
    ids.push(...(await sendBatches(200, 10)));
    await start();
    await allCommitted();
    await expectExactly(ids, 10);
  }, 120_000);

  it('when the database is away, for which nothing is committed', async () => {
    const consumer = await start();
    const ids = await sendBatches(10, 10);
    await allCommitted();
    await proxy.cut();
    ids.push(...(await sendBatches(100, 10)));
    await waitFor(async () =>
      /tallyflow_consumer_waiting_records 100/.test(await consumer.metrics()),
    );
    expect(await traffic.lag(topics.batches)).toBe(100);
    await proxy.restore();
    await allCommitted();
    await expectExactly(ids, 10);
  }, 120_000);

  it('when the broker is killed', async () => {
    const consumer = await start();
    const ids = await sendBatches(50, 10);
    await allCommitted();
    await kafka.kill();
    await waitFor(async () => consumer.log().includes('lost Kafka'), 60_000);
    await kafka.start();
    ids.push(...(await sendBatches(50, 10)));
    await allCommitted();
    await expectExactly(ids, 10);
    expect(await consumer.stop()).toBe(0);
  }, 180_000);
});
