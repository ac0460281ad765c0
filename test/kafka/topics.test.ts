import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { loadConfig } from '../../src/config.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts, topics } from '../../src/kafka/topics.ts';
import { checkout } from '../../src/local/settings.ts';
import { kafkaConnection } from '../../src/outgoing-connections.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';

/** A start on a busy machine, and the test itself. */
const timeoutMs = 120_000;

describe('the topics', () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startTestKafka();
  }, timeoutMs);
  afterAll(() => kafka?.close(), timeoutMs);

  async function runCommand(...args: string[]) {
    const file = path.join(checkout, 'src/kafka-topics.ts');
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: 'postgres://none',
      KAFKA_BROKERS: kafka.brokers,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { env });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('are created by several at once, and then left as they are', async () => {
    const connection = { bootstrapBrokers: [kafka.brokers] };
    const layouts = topicLayouts(3);
    const runs = await Promise.all([1, 2, 3].map(() => createTopics(connection, layouts)));
    expect(runs.flatMap(({ created }) => created).sort()).toEqual(Object.values(topics).sort());
    expect(runs.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await createTopics(connection, layouts)).toEqual({ created: [], differences: [] });
  });

  it('are created by a command, which says what an existing one has otherwise', async () => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.brokers] });
    await admin.deleteTopics({ topics: [topics.apiKeys] });
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: topics.batches,
          configs: [
            { name: 'retention.ms', configOperation: 0, value: '1000' },
            { name: 'retention.bytes', configOperation: 0, value: '1000000' },
          ],
        },
      ],
    });
    await admin.close();
    const [first, ...others] = await runCommand('--partitions', '3');
    expect(first).toMatchObject({ created: [topics.apiKeys], msg: 'the topics exist' });
    const difference = { topic: topics.batches, msg: 'a topic differs from what it should be' };
    const week = String(7 * 24 * 60 * 60 * 1_000);
    expect(others).toEqual([
      expect.objectContaining({ ...difference, setting: 'retention.ms', is: '1000', wanted: week }),
      expect.objectContaining({
        ...difference,
        setting: 'retention.bytes',
        is: '1000000',
        wanted: '-1',
      }),
    ]);
    const differences = (await runCommand()).slice(1).map(({ topic, setting }) => [topic, setting]);
    expect(differences).toContainEqual([topics.deadLetters, 'partitions']);
    await expect(runCommand('--partitions', '0')).rejects.toThrow('--partitions must be');
  });

  it(
    'are still there after the broker was killed',
    async () => {
      await kafka.kill();
      await kafka.start();
      const { created } = await createTopics(
        { bootstrapBrokers: [kafka.brokers] },
        topicLayouts(3),
      );
      expect(created).toEqual([]);
    },
    timeoutMs,
  );
});

describe('a broker that asks for TLS and a user', () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startTestKafka({ withSecurity: true });
  }, timeoutMs);
  afterAll(() => kafka?.close(), timeoutMs);

  const connect = (changes: Record<string, string | undefined> = {}) => {
    const { caFile, username, password } = kafka.security ?? {};
    const config = loadConfig({
      DATABASE_URL: 'postgres://none',
      KAFKA_BROKERS: kafka.brokers,
      KAFKA_TLS: 'true',
      KAFKA_CA_FILE: caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: username,
      KAFKA_SASL_PASSWORD: password,
      ...changes,
    });
    const connection = kafkaConnection(config);
    if (connection === undefined) throw new Error('there is no connection');
    return createTopics(connection, topicLayouts());
  };

  it.each(['scram-sha-256', 'scram-sha-512'])('is reached with %s', async (mechanism) => {
    await connect({ KAFKA_SASL_MECHANISM: mechanism });
    expect(await connect()).toEqual({ created: [], differences: [] });
  });

  it.each([
    ['a wrong password', { KAFKA_SASL_PASSWORD: 'wrong' }, /authentication/i],
    ['an authority that has not issued its certificate', { KAFKA_CA_FILE: '' }, /UNABLE_TO_VERIFY/],
    ['no TLS', { KAFKA_TLS: '', KAFKA_CA_FILE: '' }, /TLS|closed/],
  ])('refuses %s', async (_, changes, reason) => {
    const error = await connect(changes).then(
      () => undefined,
      (refused: Error) => refused,
    );
    expect(JSON.stringify(error, describeCauses)).toMatch(reason);
  });
});

/** An error with its causes, which JSON would leave out. */
function describeCauses(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? String(value) : value;
  const { message, cause } = value;
  return { message, cause, errors: value instanceof AggregateError ? value.errors : [] };
}
