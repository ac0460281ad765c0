import { type ApiKeyRecord, completeRecord } from '../../src/kafka/api-keys/api-key-record.ts';
import { KeyProducer } from '../../src/kafka/api-keys/key-producer.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts } from '../../src/kafka/topics.ts';
import { startTestConsumer } from '../helpers/test-consumer.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestGateway } from '../helpers/test-gateway.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { KeyName } from './case.ts';
import { insertKeys } from './keys.ts';
import { Client } from './send.ts';
import type { Side } from './side.ts';

/** What is behind all gateways: a broker, a consumer, and the database that it stores in. */
export interface Pipeline {
  database: TestDatabase['database'];
  startGateway(limits: Record<string, number>): Promise<Side & { stop(): Promise<void> }>;
  stop(): Promise<void>;
}

export async function startPipeline(keys: Record<KeyName, string>): Promise<Pipeline> {
  const [kafka, db] = await Promise.all([startTestKafka(), createTestDatabase()]);
  await createTopics({ bootstrapBrokers: [kafka.brokers] }, topicLayouts(4));
  await insertKeys(db.database, keys);
  await publishKeys(kafka, db);
  const consumer = startTestConsumer({ brokers: kafka.brokers, database: db.limitedDatabase });
  return {
    database: db.database,
    async startGateway(limits) {
      const gateway = await startTestGateway(
        kafka.brokers,
        Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, String(value)])),
      );
      const client = new Client(gateway.url, keys);
      return {
        client,
        database: db.database,
        settle: (ids) => settle(db, ids),
        async stop() {
          client.close();
          await gateway.stop();
        },
      };
    },
    async stop() {
      await consumer.stop();
      await Promise.all([db.drop(), kafka.close()]);
    },
  };
}

/** Resolves when the consumer has stored the batches. */
async function settle({ database }: TestDatabase, ids: string[]): Promise<void> {
  await waitFor(async () => {
    const { rows } = await database.raw<{ rows: { count: number }[] }>(
      'SELECT count(*) FROM batches WHERE id = ANY(?)',
      [ids],
    );
    return rows[0]?.count === ids.length;
  }, 60_000);
}

async function publishKeys(kafka: TestKafka, { database }: TestDatabase): Promise<void> {
  const { rows } = await database.raw<{ rows: ApiKeyRecord[] }>(
    `SELECT id::text AS key, json_build_object(
              'version', 1, 'id', id, 'lineage_id', lineage_id, 'key_hash', encode(key_hash, 'hex'),
              'scopes', scopes, 'account_prefixes', account_prefixes, 'expires_at', expires_at)::text AS value
       FROM api_keys WHERE revoked_at IS NULL`,
  );
  const producer = new KeyProducer({ bootstrapBrokers: [kafka.brokers] });
  await producer.send([...rows, completeRecord(0n)]);
  await producer.close();
}
