import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Admin } from '@platformatic/kafka';
import { v7 as uuidV7 } from 'uuid';
import { retryBatch } from '../../src/db/batches/change-batch-status.ts';
import { listUnfinishedBatches } from '../../src/db/batches/list-unfinished-batches.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { retriedRecords } from '../../src/kafka/consumer-metrics.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { idOfIdempotencyKey, idOfPlace } from '../../src/kafka/records/derive-batch-id.ts';
import { topicLayouts, topics } from '../../src/kafka/topics.ts';
import { OwnSampler } from '../../src/telemetry/own-sampler.ts';
import {
  batchValue,
  KafkaTraffic,
  makeRow,
  makeRows,
  type SentRecord,
} from '../helpers/kafka-traffic.ts';
import { startTestConsumer, type TestConsumer } from '../helpers/test-consumer.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';

const boundTopic = 'ledger.batches';

let kafka: TestKafka;
let db: TestDatabase;
let traffic: KafkaTraffic;
let consumer: TestConsumer;
let keyId: number;
let boundKeyId: number;

const headers = (): Record<string, string> => ({
  'api-key-id': String(keyId),
  'lineage-id': String(keyId),
  'accepted-at': new Date().toISOString(),
});

const findBatch = async (id: string): Promise<Batch | undefined> =>
  Batch.query(db.database).findById(id);
const stored = (id: string) => waitFor(() => findBatch(id));
const send = async (record: Partial<SentRecord> & { value: string | Buffer }): Promise<string> => {
  const id = record.key ?? uuidV7();
  await traffic.send([{ key: id, headers: headers(), ...record }]);
  return id;
};
const countRows = async (): Promise<number> =>
  (await db.database('transactions').count({ count: '*' }))[0]?.count as number;
const committed = () =>
  waitFor(async () => (await traffic.lag(topics.batches)) + (await traffic.lag(boundTopic)) === 0);

async function insertKey(name: string, given: Record<string, unknown> = {}): Promise<number> {
  const [key] = await db
    .database('api_keys')
    .insert({
      name,
      prefix: name,
      key_hash: createHash('sha256').update(name).digest(),
      scopes: ['ingest'],
      ...given,
    })
    .returning<{ id: number }[]>('id');
  return key?.id as number;
}

beforeAll(async () => {
  kafka = await startTestKafka();
  db = await createTestDatabase();
  await createTopics({ bootstrapBrokers: [kafka.brokers] }, [
    ...topicLayouts(4),
    { name: boundTopic, partitions: 1, settings: { 'compression.type': 'uncompressed' } },
  ]);
  traffic = new KafkaTraffic(kafka.brokers);
  keyId = await insertKey('gateway');
  boundKeyId = await insertKey('ledger', { account_prefixes: ['ledger-'] });
}, 120_000);

beforeEach(async () => {
  await emptyTables(db.database);
  consumer = start();
});
afterEach(() => consumer.stop());

afterAll(async () => {
  await traffic?.close();
  await db?.drop();
  await kafka?.close();
});

const start = (given: { maxMissingMs?: number } = {}): TestConsumer =>
  startTestConsumer({
    ...given,
    brokers: kafka.brokers,
    database: db.limitedDatabase,
    boundTopics: new Map([[boundTopic, boundKeyId]]),
  });

describe('a batch', () => {
  it('is stored with its rows, and its workflow is started', async () => {
    const row = { ...makeRow(), merchant_name: 'WALMART', description: 'Füße\\\t' };
    const id = await send({ value: batchValue([row], 'request 7') });
    expect(await stored(id)).toMatchObject({
      apiKeyId: keyId,
      boundLineageId: null,
      requestId: 'request 7',
      status: 'pending',
      transactionCount: 1,
      duplicateCount: 0,
    });
    expect(await db.database('transactions').first()).toMatchObject({
      batchId: id,
      accountId: 'acc-1',
      amount: '-1.5000',
      date: '2026-01-31',
      merchantName: 'WALMART',
      description: 'Füße\\\t',
    });
    await waitFor(async () => consumer.started.includes(id));
    await committed();
  });

  it('is stored once, however often it is delivered', async () => {
    const id = uuidV7();
    const value = batchValue(makeRows(3));
    for (let time = 0; time < 3; time++) await send({ key: id, value });
    await committed();
    expect(await countRows()).toBe(3);
    expect(await findBatch(id)).toMatchObject({ transactionCount: 3, duplicateCount: 0 });
    expect(consumer.started).toEqual([id]);
  });

  it('of many is stored, and the use of its key is noted', async () => {
    const ids = Array.from({ length: 500 }, () => uuidV7());
    await traffic.send(
      ids.map((key) => ({ key, value: batchValue(makeRows(10)), headers: headers() })),
    );
    await committed();
    expect(await countRows()).toBe(5_000);
    expect(consumer.started.toSorted()).toEqual(ids.toSorted());
    await waitFor(
      async () => (await db.database('api_keys').where({ id: keyId }).first())?.lastUsedAt !== null,
    );
  });
});

describe('the trace of a batch', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    trace.setGlobalTracerProvider(
      new TracerProvider({
        sampler: new OwnSampler(0),
        spanProcessors: [new SimpleSpanProcessor({ exporter })],
      }),
    );
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('goes on from the gateway, and to its workflow, where the gateway records it', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const id = await send({
      value: batchValue([makeRow()]),
      headers: { ...headers(), traceparent },
    });
    await send({ value: batchValue([makeRow()]) });
    await waitFor(async () => consumer.started.length === 2);
    const spans = exporter.getFinishedSpans().filter(({ name }) => name === 'store batch');
    expect(spans).toHaveLength(1);
    expect(spans[0]?.spanContext().traceId).toBe(traceId);
    expect(spans[0]?.attributes).toEqual({ 'tallyflow.batch.id': id });
    expect(consumer.traceparents[consumer.started.indexOf(id)]).toBe(traceparent);
    expect(consumer.traceparents.filter((each) => each === undefined)).toHaveLength(1);
  });
});

describe('a large batch', () => {
  it('is stored from its parts, between which others lie', async () => {
    const id = await traffic.sendLarge([makeRows(2_000), makeRows(2_000), makeRows(1)], headers());
    expect(await stored(id)).toMatchObject({ transactionCount: 4_001, status: 'pending' });
    await committed();
  });

  it.each<[string, Record<string, unknown>]>([
    ['has fewer rows than announced', { transaction_count: 11 }],
    ['has more rows than announced', { transaction_count: 9 }],
  ])('that %s stores nothing', async (_, changes) => {
    const id = await traffic.sendLarge([makeRows(5), makeRows(5)], headers(), changes);
    expect(await stored(id)).toMatchObject({ status: 'failed', transactionCount: 0 });
    expect(await countRows()).toBe(0);
    expect(await db.database('dead_letters').first()).toMatchObject({
      batchId: id,
      reason: 'parts_missing',
    });
  });

  it('is stored once, however often Kafka has delivered a part', async () => {
    const [first, second] = [makeRows(3), makeRows(3)];
    const id = await traffic.sendLarge([first, second, second, makeRows(1)], headers(), {
      numbers: [0, 1, 1, 2],
    });
    expect(await stored(id)).toMatchObject({ status: 'pending', transactionCount: 7 });
  });

  it.each([
    ['of a partition that does not exist', { partition: 77, first_offset: 0, last_offset: 0 }],
    ['behind the end', { partition: 3, first_offset: 900_000, last_offset: 900_000 }],
    ['of a partition without records', { partition: 1, first_offset: 0, last_offset: 0 }],
  ])('whose parts are %s is a dead letter', async (_, place) => {
    const parts = { key: uuidV7(), count: 1, ...place };
    const value = JSON.stringify({ version: 1, request_id: null, parts, transaction_count: 5 });
    const id = await send({ value });
    expect(await stored(id)).toMatchObject({ status: 'failed' });
    expect(await db.database('dead_letters').first()).toMatchObject({ reason: 'parts_missing' });
    await committed();
  });

  it('whose parts Kafka does not show yet waits for them', async () => {
    const key = uuidV7();
    const parts = { key, partition: 2, first_offset: 0, last_offset: 0, count: 1 };
    await consumer.stop();
    consumer = start({ maxMissingMs: 120_000 });
    const value = JSON.stringify({ version: 1, request_id: null, parts, transaction_count: 1 });
    const id = await send({ value });
    await waitFor(async () => (await retriedRecords.get()).values[0]?.value === 1);
    await traffic.send([
      {
        topic: topics.batchParts,
        partition: 2,
        key,
        value: JSON.stringify({ version: 1, part: 0, transactions: [makeRow()] }),
      },
    ]);
    expect(await waitFor(() => findBatch(id), 30_000)).toMatchObject({ transactionCount: 1 });
  });
});

it('batches whose rows somebody else holds wait, and hold up no other client', async () => {
  const held = makeRow();
  const other = await insertKey('other');
  const ids: string[] = [];
  await db.database.transaction(async (trx) => {
    await trx.raw(`INSERT INTO batches (id, transaction_count, duplicate_count) VALUES (?, 0, 0)`, [
      uuidV7(),
    ]);
    await trx.raw(
      `INSERT INTO transactions (id, batch_id, account_id, transaction_id, amount, currency, date)
         SELECT 900000000, id, ?, ?, 1, 'USD', '2026-01-01' FROM batches LIMIT 1`,
      [held.account_id, held.transaction_id],
    );
    // More than may wait with their values.
    for (let time = 0; time < 8; time++)
      ids.push(await send({ value: batchValue([held, ...makeRows(2_000)]) }));
    // The first of these may be in a group with them, the others are not.
    for (let time = 0; time < 3; time++) {
      const id = await send({
        value: batchValue([makeRow()]),
        headers: { 'api-key-id': String(other), 'lineage-id': String(other) },
      });
      await stored(id);
    }
    expect(await Batch.query(db.database).findByIds(ids)).toEqual([]);
  });
  for (const id of ids)
    expect(await waitFor(() => findBatch(id), 60_000)).toMatchObject({
      transactionCount: 2_000,
      duplicateCount: 1,
      conflictCount: 1,
    });
  await committed();
}, 120_000);

describe('a record that can not be stored', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each<[string, string | Buffer]>([
    ['is no JSON', '{"version":1'],
    ['is empty', ''],
    ['is not UTF-8', Buffer.from([0xff, 0xfe])],
    ['is an array', '[]'],
    ['nests deep', deep],
    ['is of another version', JSON.stringify({ version: 2, request_id: null, transactions: [] })],
    ['has no rows', batchValue([])],
    [
      'has a million tiny rows',
      batchValue(Array.from({ length: 500_000 }, () => 1)).slice(0, 900_000),
    ],
    ['has rows that are numbers', batchValue(Array.from({ length: 300_000 }, () => 1))],
    ['has a NUL', batchValue([makeRow({ transaction_id: 'a\0b' })])],
    [
      'has a field that is not known',
      JSON.stringify({ version: 1, api_key_id: 1, transactions: [makeRow()] }),
    ],
    ['has an amount that is none', batchValue([makeRow(), makeRow({ amount: 'secret-4711' })])],
  ])('because it %s is a failed batch and a dead letter', async (_, value) => {
    const id = await send({ value });
    const batch = await stored(id);
    expect(batch).toMatchObject({ status: 'failed', apiKeyId: keyId, transactionCount: 0 });
    expect(batch.failureReason).toMatch(
      /Nothing of this batch was stored\. Correct the batch and send it again\.$/,
    );
    expect(batch.failureReason).not.toMatch(/secret|4711/);
    expect(batch.failureReason?.length).toBeLessThan(1_000);
    expect(await db.database('dead_letters').first()).toMatchObject({ reason: 'invalid_record' });
    await committed();
    expect(consumer.started).toEqual([]);
  });

  it.each<[string, unknown, string | null]>([
    ['is kept', 'nightly 7', 'nightly 7'],
    ['is kept, unless it is not valid', 7, null],
  ])('has a request id that %s', async (_, requestId, expected) => {
    const rows = [makeRow({ amount: 'x' })];
    const value = { version: 1, request_id: requestId, transactions: rows };
    const id = await send({ value: JSON.stringify(value) });
    expect(await stored(id)).toMatchObject({ status: 'failed', requestId: expected });
  });

  it('leaves the batches around it alone', async () => {
    const good = [uuidV7(), uuidV7()];
    await traffic.send([
      { key: good[0] as string, value: batchValue([makeRow()]), headers: headers(), partition: 0 },
      { value: 'bad', headers: headers(), partition: 0 },
      { key: good[1] as string, value: batchValue([makeRow()]), headers: headers(), partition: 0 },
    ]);
    for (const id of good) expect(await stored(id)).toMatchObject({ status: 'pending' });
    await committed();
  });

  it('because its key does not exist is one of no key', async () => {
    const id = await send({
      value: batchValue([makeRow()]),
      headers: { 'api-key-id': '999999', 'lineage-id': '999999', bound: '1' },
    });
    expect(await stored(id)).toMatchObject({ status: 'failed', apiKeyId: null });
    expect(await db.database('dead_letters').first()).toMatchObject({ reason: 'unknown_key' });
  });

  it.each<[string, Partial<SentRecord>]>([
    ['without headers', { headers: {} }],
    [
      'with a key id that is no number',
      { headers: { 'api-key-id': '1; DROP', 'lineage-id': '1' } },
    ],
    ['with a key id beyond all', { headers: { 'api-key-id': '9999999999', 'lineage-id': '1' } }],
    ['with a key that is no UUID', { key: 'x' }],
  ])('%s is one, too', async (_, record) => {
    await send({ value: batchValue([makeRow()]), ...record });
    const letter = await waitFor(() => db.database('dead_letters').first());
    expect(letter).toMatchObject({ reason: 'invalid_record' });
    await committed();
  });
});

describe('an idempotency key', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');

  it('makes a repeat of the same batch one batch', async () => {
    const id = idOfIdempotencyKey(keyId, 'once');
    const value = batchValue([makeRow()]);
    const withHash = { ...headers(), 'request-hash': hash('body') };
    for (let time = 0; time < 2; time++) await send({ key: id, value, headers: withHash });
    await committed();
    expect(await Batch.query(db.database)).toHaveLength(1);
  });

  it('of another body is a failed batch that names the first, and is stored when it is retried', async () => {
    const id = idOfIdempotencyKey(keyId, 'twice');
    const row = makeRow();
    await send({
      key: id,
      value: batchValue([row]),
      headers: { ...headers(), 'request-hash': hash('a') },
    });
    await stored(id);
    await send({
      key: id,
      value: batchValue([row, makeRow()], 'request 8'),
      headers: { ...headers(), 'request-hash': hash('b') },
    });
    const letter = await waitFor(() => db.database('dead_letters').first());
    expect(letter).toMatchObject({ reason: 'idempotency_mismatch' });
    expect(letter.batchId).not.toBe(id);
    expect(await findBatch(letter.batchId)).toMatchObject({
      requestId: 'request 8',
      failureReason:
        `Its idempotency key was already used for batch ${id}, which is not the same. Nothing of this batch was stored. ` +
        'If this batch is wanted as well, retry it, which stores it as a batch of its own, or send it again with a new idempotency key.',
    });
    await retryBatch(db.limitedDatabase, letter.batchId);
    await waitFor(async () => consumer.started.includes(letter.batchId));
    expect(await findBatch(letter.batchId)).toMatchObject({
      status: 'pending',
      transactionCount: 1,
      duplicateCount: 1,
      failureReason: null,
    });
    expect(await findBatch(id)).toMatchObject({ transactionCount: 1 });
  });
});

describe('a topic of another system', () => {
  const sendBound = (value: string, given: Partial<SentRecord> = {}) =>
    traffic.send([{ topic: boundTopic, value, ...given }]);

  it('has the rights of its key, whatever its records claim', async () => {
    const row = makeRow({ account_id: 'ledger-1' });
    await sendBound(batchValue([row]), {
      key: uuidV7(),
      headers: { ...headers(), bound: '', traceparent: 'x' },
    });
    const batch = await waitFor(async () => Batch.query(db.database).first());
    expect(batch).toMatchObject({
      apiKeyId: boundKeyId,
      boundLineageId: boundKeyId,
      status: 'pending',
    });
  });

  it('may not name accounts that its key is not for, nor parts', async () => {
    await sendBound(batchValue([makeRow()]));
    await sendBound(
      JSON.stringify({ version: 1, request_id: null, parts: {}, transaction_count: 1 }),
    );
    const reasons = await waitFor(async () => {
      const letters = await db.database('dead_letters').select('reason');
      return letters.length === 2 && letters.map(({ reason }) => reason).sort();
    });
    expect(reasons).toEqual(['account_not_allowed', 'invalid_record']);
    expect(await countRows()).toBe(0);
  });

  it('stores a repeat by its idempotency key once', async () => {
    const value = batchValue([makeRow({ account_id: 'ledger-1' })]);
    for (let time = 0; time < 2; time++)
      await sendBound(value, { headers: { 'idempotency-key': 'of the ledger' } });
    await committed();
    expect(await Batch.query(db.database)).toMatchObject([
      { id: idOfIdempotencyKey(boundKeyId, 'of the ledger') },
    ]);
  });

  it('that is flooded holds up no batch of the gateway', async () => {
    await consumer.stop();
    const flood = Array.from({ length: 150 }, () =>
      batchValue(Array.from({ length: 5_000 }, () => makeRow({ account_id: 'ledger-1' }))),
    );
    for (const value of flood) await sendBound(value);
    const id = await send({ value: batchValue([makeRow()]) });
    consumer = start();
    await stored(id);
    // Long before the flood is over.
    expect(await countRows()).toBeLessThan(400_000);
    await consumer.stop();
    await traffic.skip(boundTopic);
    consumer = start();
  }, 120_000);

  it('that is full of bad records fills no list', async () => {
    const before = await traffic.endOffset(topics.deadLetters);
    for (let time = 0; time < 5; time++)
      await traffic.send(
        Array.from({ length: 1_000 }, () => ({ topic: boundTopic, value: '{"version":' })),
      );
    await committed();
    const { length } = await db.database('dead_letters');
    expect(length).toBeGreaterThan(50);
    expect(length).toBeLessThanOrEqual(120);
    // All of them are kept, also those that no list shows.
    expect((await traffic.endOffset(topics.deadLetters)) - before).toBe(5_000);
  });
});

describe('a dead letter', () => {
  it('is stored in its batch when that is retried, and left alone by the sweep until then', async () => {
    const row = makeRow({ account_id: 'other-1' });
    await traffic.send([{ topic: boundTopic, value: batchValue([row], 'again') }]);
    const { batchId: id } = await waitFor(() => db.database('dead_letters').first());
    await db
      .database('api_keys')
      .where({ id: boundKeyId })
      .update({ account_prefixes: ['other-'] });
    // Longer than a key is remembered.
    await consumer.stop();
    await retryBatch(db.limitedDatabase, id);
    await db.database('batches').update({ created_at: new Date(0) });
    expect(await listUnfinishedBatches(db.limitedDatabase, 'pending', 1, 10)).toEqual([]);
    consumer = start();
    await waitFor(async () => consumer.started.includes(id));
    expect(await findBatch(id)).toMatchObject({
      status: 'pending',
      transactionCount: 1,
      requestId: 'again',
      failureReason: null,
    });
    expect(await db.database('dead_letters')).toEqual([]);
    await db
      .database('api_keys')
      .where({ id: boundKeyId })
      .update({ account_prefixes: ['ledger-'] });
  });

  it.each([
    ['value', (): Partial<SentRecord> => ({})],
    ['header', () => ({ key: uuidV7().toUpperCase(), headers: {} })],
  ])('fails again with its reason while its %s is still wrong', async (_what, wrong) => {
    const id = await send({ value: 'still wrong', ...wrong() });
    await stored(id);
    await retryBatch(db.limitedDatabase, id);
    const letter = await waitFor(async () => {
      const found = await db.database('dead_letters').first();
      return found.resendRequestedAt === null && found;
    });
    expect(letter).toMatchObject({ reason: 'invalid_record' });
    expect(await findBatch(id)).toMatchObject({ status: 'failed', transactionCount: 0 });
  });

  it.each([
    ['where there is nothing', 0],
    ['where a letter of somebody else is', 1],
  ])(
    'fails again %s since its topic was created anew',
    async (_where, letterCount) => {
      const id = await send({ value: 'wrong' });
      const { partition } = await waitFor(() => db.database('dead_letters').first());
      await consumer.stop();
      const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.brokers] });
      await admin.deleteTopics({ topics: [topics.deadLetters] });
      await admin.close();
      await createTopics({ bootstrapBrokers: [kafka.brokers] }, topicLayouts(4));
      const letter = {
        topic: topics.deadLetters,
        partition,
        value: batchValue([makeRow()]),
        headers: {
          ...headers(),
          reason: 'not_storable',
          'batch-id': uuidV7(),
          'source-topic': topics.batches,
          'source-topic-id': uuidV7(),
          'source-partition': '0',
          'source-offset': '0',
        },
      };
      await db.database('dead_letters').update({ offset: 0 });
      for (let sent = 0; sent < letterCount; sent++) await traffic.send([letter]);
      await retryBatch(db.limitedDatabase, id);
      consumer = start();
      const failed = await waitFor(async () => {
        const found = await findBatch(id);
        return found?.status === 'failed' && found;
      });
      expect(await db.database('dead_letters').first()).toMatchObject({
        reason: 'dead_letter_missing',
        resendRequestedAt: null,
      });
      expect(failed.failureReason).toMatch(/no longer in Kafka.*Send the batch again/);
      expect(await countRows()).toBe(0);
    },
    60_000,
  );
});

it('gives a record without a usable key an id by its place', () => {
  const place = { topicId: 'a', partition: 1, offset: 2n };
  expect(idOfPlace(place)).toBe(idOfPlace({ ...place }));
  expect(idOfPlace(place)).not.toBe(idOfPlace({ ...place, topicId: 'b' }));
  expect(idOfPlace(place)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
});
