import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Admin, ConfigResourceTypes, Producer } from '@platformatic/kafka';
import { type Logger, pino } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { Batch } from '../../src/db/models/batch.ts';
import { unreadTopics } from '../../src/kafka/consumer-metrics.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { readOneRecord } from '../../src/kafka/reading/read-one-record.ts';
import { RecordReader } from '../../src/kafka/reading/record-reader.ts';
import { topicLayouts } from '../../src/kafka/topics.ts';
import { batchValue, KafkaTraffic, makeRow } from '../helpers/kafka-traffic.ts';
import { startTestConsumer, type TestConsumer } from '../helpers/test-consumer.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';

const good = { 'compression.type': 'uncompressed' };
const ledger = 'ledger.batches';

let kafka: TestKafka;
let db: TestDatabase;
let traffic: KafkaTraffic;
let admin: Admin;
let keyId: number;
let boundKeyId: number;
let consumer: TestConsumer;
let lines: { msg: string; topic?: string; problem?: string }[];
let topicCount = 0;

const newTopic = (): string => `other.${topicCount++}`;
const connection = () => ({ bootstrapBrokers: [kafka.brokers] });
const create = (name: string, settings: Record<string, string> = good, partitions = 1) =>
  createTopics(connection(), [{ name, partitions, settings }]);

async function insertKey(name: string): Promise<number> {
  const [key] = await db
    .database('api_keys')
    .insert({
      name,
      prefix: name,
      key_hash: createHash('sha256').update(name).digest(),
      scopes: ['ingest'],
    })
    .returning<{ id: number }[]>('id');
  return key?.id as number;
}

function start(boundTopics: Record<string, number>): void {
  const logger: Logger = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) });
  consumer = startTestConsumer({
    brokers: kafka.brokers,
    database: db.limitedDatabase,
    boundTopics: new Map(Object.entries(boundTopics)),
    logger,
  });
}

async function storesBatchesOfTheGateway(): Promise<void> {
  const key = uuidV7();
  const headers = { 'api-key-id': String(keyId), 'lineage-id': String(keyId) };
  await traffic.send([{ key, value: batchValue([makeRow()]), headers }]);
  await waitFor(async () => Batch.query(db.database).findById(key));
}

async function idOf(topic: string): Promise<string | undefined> {
  const reader = new RecordReader(connection(), [topic]);
  try {
    return (await reader.topicIds()).get(topic);
  } finally {
    await reader.close();
  }
}

/** Sends a batch of one row to a topic. Returns a promise of the moment when it is stored. */
async function sendTo(topic: string): Promise<() => Promise<unknown>> {
  const row = makeRow();
  await traffic.send([{ topic, value: batchValue([row]) }]);
  return () =>
    waitFor(async () =>
      db.database('transactions').where({ transactionId: row.transaction_id }).first(),
    );
}

const isUnread = async (topic: string): Promise<boolean> =>
  (await unreadTopics.get()).values.some(
    ({ labels, value }) => labels.topic === topic && value === 1,
  );
const linesOf = (topic: string) => lines.filter((line) => line.topic === topic);

beforeAll(async () => {
  kafka = await startTestKafka();
  db = await createTestDatabase();
  await createTopics(connection(), topicLayouts(2));
  await create(ledger);
  traffic = new KafkaTraffic(kafka.brokers);
  admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.brokers] });
  keyId = await insertKey('gateway');
  boundKeyId = await insertKey('ledger');
}, 120_000);

beforeEach(async () => {
  lines = [];
  await emptyTables(db.database);
});
afterEach(async () => {
  await consumer.stop();
  expect(lines.map(({ msg }) => msg)).not.toContain('lost Kafka; trying until it is there again');
});

afterAll(async () => {
  await traffic?.close();
  await admin?.close();
  await db?.drop();
  await kafka?.close();
});

it('takes no small record that unfolds to a large one', async () => {
  start({});
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: [kafka.brokers] });
  const bomb = { topic: ledger, value: Buffer.alloc(64 * 1024 * 1024) };
  await expect(
    producer.send({ messages: [bomb], acks: -1, compression: 'gzip' }),
  ).rejects.toMatchObject({
    errors: [{ errors: [{ apiId: 'MESSAGE_TOO_LARGE' }] }],
  });
  await producer.close();
});

describe('a topic of another system holds up nobody else', () => {
  it('while it does not exist, and is read once it does', async () => {
    const topic = newTopic();
    start({ [topic]: boundKeyId, [ledger]: boundKeyId });
    await storesBatchesOfTheGateway();
    await (await sendTo(ledger))();
    expect(linesOf(topic)).toMatchObject([
      { msg: 'a topic of another system is not read', problem: /UNKNOWN_TOPIC/ },
    ]);
    expect(await isUnread(topic)).toBe(true);
    await create(topic);
    await (await sendTo(topic))();
    await waitFor(async () => !(await isUnread(topic)));
  }, 60_000);

  it.each([
    ['compression.type', 'producer', 'uncompressed'],
    ['max.message.bytes', '1048589', '1048588'],
  ])(
    'while its %s is wrong, and is read once it is right',
    async (name, wrong, right) => {
      const topic = newTopic();
      await create(topic, { ...good, [name]: wrong });
      const stored = await sendTo(topic);
      start({ [topic]: boundKeyId });
      await storesBatchesOfTheGateway();
      const [line] = await waitFor(async () => linesOf(topic).length > 0 && linesOf(topic));
      expect(line?.problem).toMatch(new RegExp(`${name}.*${wrong}`));
      expect(await Batch.query(db.database)).toHaveLength(1);
      await admin.incrementalAlterConfigs({
        resources: [
          {
            resourceType: ConfigResourceTypes.TOPIC,
            resourceName: topic,
            configs: [{ name, configOperation: 0, value: right }],
          },
        ],
      });
      await stored();
    },
    60_000,
  );

  it('when it is deleted while it is read, and is stored whole once it is created anew', async () => {
    const topic = newTopic();
    await create(topic);
    start({ [topic]: boundKeyId });
    await (await sendTo(topic))();
    await admin.deleteTopics({ topics: [topic] });
    await waitFor(async () => isUnread(topic));
    // Longer than the client believes what it knows of the topics.
    const until = Date.now() + 8_000;
    while (Date.now() < until) await storesBatchesOfTheGateway();
    await create(topic);
    await (await sendTo(topic))();
    await waitFor(async () => (await traffic.lag(topic)) === 0);
  }, 60_000);

  it('when it is deleted and created anew while nobody reads it', async () => {
    const topic = newTopic();
    await create(topic);
    start({ [topic]: boundKeyId });
    await (await sendTo(topic))();
    await consumer.stop();
    const before = await idOf(topic);
    await admin.deleteTopics({ topics: [topic] });
    await create(topic);
    const stored = [await sendTo(topic), await sendTo(topic)];
    start({ [topic]: boundKeyId });
    for (const isStored of stored) await isStored();
    const read = (topicId: string | undefined) =>
      readOneRecord(connection(), { topic, topicId, partition: 0, offset: 0n });
    expect(await read(await idOf(topic))).not.toBeNull();
    expect(await read(before)).toBeNull();
  }, 60_000);

  it('while its key is not live, for which its records wait', async () => {
    const topic = newTopic();
    await create(topic);
    const retired = await insertKey(topic);
    start({ [topic]: retired, [ledger]: boundKeyId });
    await (await sendTo(topic))();
    await db.database('api_keys').where({ id: retired }).update({ revoked_at: new Date() });
    await waitFor(async () => isUnread(topic));
    const stored = await sendTo(topic);
    await (await sendTo(ledger))();
    expect(await db.database('dead_letters')).toEqual([]);
    expect(await traffic.lag(topic)).toBe(1);
    await db.database('api_keys').where({ id: retired }).update({ revoked_at: null });
    await stored();
    expect(linesOf(topic).map(({ msg }) => msg)).toEqual([
      'a topic of another system is read',
      'a topic of another system is not read',
      'a topic of another system is read',
    ]);
  }, 60_000);
});

it('reads partitions that are added', async () => {
  const topic = newTopic();
  await create(topic);
  start({ [topic]: boundKeyId });
  await (await sendTo(topic))();
  await admin.createPartitions({ topics: [{ name: topic, count: 2 }] });
  const row = makeRow();
  // The other one may not know of the partition yet, and write to the first.
  const fresh = new KafkaTraffic(kafka.brokers);
  await fresh.send([{ topic, value: batchValue([row]), partition: 1 }]);
  await fresh.close();
  await waitFor(async () =>
    db.database('transactions').where({ transactionId: row.transaction_id }).first(),
  );
}, 60_000);
