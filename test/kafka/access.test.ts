import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  findErrorBy,
  Producer,
  ResourcePatternTypes,
  ResourceTypes,
  stringSerializers,
} from '@platformatic/kafka';
import { loadConfig } from '../../src/config.ts';
import { generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import { publishApiKeys } from '../../src/kafka/api-keys/publish-api-keys.ts';
import type { KafkaConnection } from '../../src/kafka/connection.ts';
import { topics } from '../../src/kafka/topics.ts';
import { checkout } from '../../src/local/settings.ts';
import { createLogger } from '../../src/logger.ts';
import { kafkaConnection } from '../../src/outgoing-connections.ts';
import { type ConsumerProcess, startConsumerProcess } from '../helpers/consumer-process.ts';
import { batchValue, makeRows } from '../helpers/kafka-traffic.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Starts on a busy machine, one after the other. */
const timeoutMs = 300_000;
const boundTopic = 'bank.payments';

/** The users of the table in docs/kafka.md, by what it calls them. */
const users: Record<string, string> = {
  gateway: 'gateway',
  API: 'api',
  consumer: 'consumer',
  '`src/kafka-topics.ts`': 'topics',
  'a system that produces itself': 'bank',
};
const operations: Record<string, number> = {
  Read: AclOperations.READ,
  Write: AclOperations.WRITE,
  Create: AclOperations.CREATE,
  Describe: AclOperations.DESCRIBE,
  DescribeConfigs: AclOperations.DESCRIBE_CONFIGS,
  AlterConfigs: AclOperations.ALTER_CONFIGS,
};

/** Reads the table, but for what it says of older brokers. */
async function documentedAcls() {
  const guide = await readFile(path.join(checkout, 'docs/kafka.md'), 'utf8');
  const section = guide.match(/## Users and ACLs\n[^#]*/)?.[0] ?? '';
  const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]*)\|$/gm)];
  return rows.slice(2).flatMap(([, user = '', rights = '', others = '']) => {
    const name = users[user];
    if (name === undefined) throw new Error(`${user} is not a user that the test knows`);
    const numberOf = (operation: string): number => {
      const number = operations[operation];
      if (number === undefined) throw new Error(`${operation} is not an operation of Kafka`);
      return number;
    };
    const allow = (operation: string, resourceType: number, resource: string) => ({
      resourceType,
      resourceName: resource.replace('*', ''),
      resourcePatternType: resource.endsWith('*')
        ? ResourcePatternTypes.PREFIXED
        : ResourcePatternTypes.LITERAL,
      principal: `User:${name}`,
      host: '*',
      operation: numberOf(operation),
      permissionType: AclPermissionTypes.ALLOW,
    });
    const ofTopics = rights.split('; ').flatMap((right) => {
      const [allowed = '', resources = ''] = right.trim().split(': ');
      return allowed.split(', ').flatMap((operation) =>
        resources.split(', ').map((resource) => {
          const topic = resource.match(/^`(.+)`$/)?.[1] ?? boundTopic;
          return allow(operation, ResourceTypes.TOPIC, topic);
        }),
      );
    });
    const group = others.match(/Read on the group `(\w+)`/)?.[1];
    return group === undefined
      ? ofTopics
      : [...ofTopics, allow('Read', ResourceTypes.GROUP, group)];
  });
}

describe('with the users and ACLs that the guide lists', () => {
  const key = generateApiKey();
  const stopping = new AbortController();
  let kafka: TestKafka;
  let db: TestDatabase;
  let gateway: TestGateway;
  let consumer: ConsumerProcess;
  let publishing: Promise<void> | undefined;
  let keyId: number;

  const environmentOf = (user: string) => {
    const { caFile, password } = kafka.security as NonNullable<TestKafka['security']>;
    return {
      KAFKA_BROKERS: kafka.brokers,
      KAFKA_TLS: 'true',
      KAFKA_CA_FILE: caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD: password,
    };
  };
  const connectionOf = (user: string) =>
    kafkaConnection(
      loadConfig({ DATABASE_URL: 'postgres://none', ...environmentOf(user) }),
    ) as KafkaConnection;

  beforeAll(async () => {
    kafka = await startTestKafka({ withSecurity: true, users: Object.values(users) });
    db = await createTestDatabase();
    const admin = new Admin({
      clientId: 'test',
      bootstrapBrokers: [kafka.security?.openBrokers as string],
    });
    await admin.createAcls({ creations: (await documentedAcls()) as never });
    await admin.createTopics({
      topics: [boundTopic],
      partitions: 1,
      replicas: 1,
      configs: [{ name: 'compression.type', value: 'uncompressed' }],
    });
    await admin.close();
    await promisify(execFile)(process.execPath, [path.join(checkout, 'src/kafka-topics.ts')], {
      env: { PATH: process.env.PATH, DATABASE_URL: 'postgres://none', ...environmentOf('topics') },
    });
    const [row] = await db
      .database('api_keys')
      .insert({ name: 'bank', prefix: 'bank', key_hash: hashApiKey(key), scopes: ['ingest'] })
      .returning<{ id: number }[]>('id');
    keyId = row?.id as number;
    publishing = publishApiKeys({
      database: db.limitedDatabase,
      connection: connectionOf('api'),
      logger: createLogger('api', 'silent'),
      signal: stopping.signal,
    });
    // It is ready once it has written and has read all keys.
    gateway = await startTestGateway(kafka.brokers, environmentOf('gateway'));
    consumer = await startConsumerProcess({
      DATABASE_URL: db.url,
      ...environmentOf('consumer'),
      KAFKA_BOUND_TOPICS: `${boundTopic}=${keyId}`,
    });
  }, timeoutMs);
  afterAll(async () => {
    stopping.abort();
    await Promise.all([publishing, gateway?.stop(), consumer?.kill()]);
    await db?.drop();
    await kafka?.close();
  }, timeoutMs);

  /** Sends as a user does that may write. */
  async function send(user: string, topic: string, value: string): Promise<void> {
    const producer = new Producer({
      ...connectionOf(user),
      clientId: 'test',
      serializers: stringSerializers,
      retries: 0,
    });
    try {
      await producer.send({ messages: [{ topic, value }], acks: -1 });
    } finally {
      await producer.close(true);
    }
  }

  const count = async (status: string) =>
    Number((await db.database('batches').where({ status }).count())[0]?.count);

  it(
    'batches of the gateway are stored, small and large',
    async () => {
      const before = await count('pending');
      // Some 2 MB, and so in parts.
      for (const rows of [makeRows(2), makeRows(20_000)]) {
        const { status } = await fetch(`${gateway.url}/api/integrations/transactions/`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ transactions: rows }),
        });
        expect(status).toBe(202);
      }
      await waitFor(async () => (await count('pending')) === before + 2, 60_000);
    },
    timeoutMs,
  );

  it(
    'what another system writes is stored, or becomes a dead letter',
    async () => {
      const before = await count('pending');
      await send('bank', boundTopic, batchValue(makeRows(1)));
      await send('bank', boundTopic, 'no batch');
      await waitFor(async () => (await count('pending')) === before + 1, 60_000);
      await waitFor(async () => (await count('failed')) === 1, 60_000);
    },
    timeoutMs,
  );

  it.each(['api', 'consumer', 'topics', 'bank'])(
    '%s writes no batch as the gateway',
    async (user) => {
      const error = await send(user, topics.batches, batchValue(makeRows(1))).catch(
        (refused: Error) => refused,
      );
      expect(findErrorBy(error as Error, 'apiId', 'TOPIC_AUTHORIZATION_FAILED')).not.toBeNull();
    },
  );

  it.each(['gateway', 'consumer', 'topics', 'bank'])('%s writes no API key', async (user) => {
    const error = await send(user, topics.apiKeys, '{}').catch((refused: Error) => refused);
    expect(findErrorBy(error as Error, 'apiId', 'TOPIC_AUTHORIZATION_FAILED')).not.toBeNull();
  });
});
