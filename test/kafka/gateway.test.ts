import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { completeRecord } from '../../src/kafka/api-keys/api-key-record.ts';
import { KeyProducer } from '../../src/kafka/api-keys/key-producer.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts } from '../../src/kafka/topics.ts';
import { startTestGateway } from '../helpers/test-gateway.ts';
import { startTestKafka, type TestKafka } from '../helpers/test-kafka.ts';

/** A start on a busy machine, and the test itself. */
const timeoutMs = 120_000;

describe('the gateway and a broker that asks for a user and encrypts', () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startTestKafka({ withSecurity: true });
    const { openBrokers } = kafka.security as NonNullable<TestKafka['security']>;
    const connection = { bootstrapBrokers: [openBrokers] };
    await createTopics(connection, topicLayouts(3));
    const producer = new KeyProducer(connection);
    await producer.send([completeRecord(0n)]);
    await producer.close();
  }, timeoutMs);
  afterAll(() => kafka?.close(), timeoutMs);

  it.each(['scram-sha-256', 'scram-sha-512'])(
    'are connected by %s',
    async (mechanism) => {
      const { caFile, username, password } = kafka.security as NonNullable<TestKafka['security']>;
      // It is ready when Kafka has taken a record and told that there are no API keys.
      const gateway = await startTestGateway(kafka.brokers, {
        KAFKA_TLS: 'true',
        KAFKA_CA_FILE: caFile,
        KAFKA_SASL_MECHANISM: mechanism,
        KAFKA_SASL_USERNAME: username,
        KAFKA_SASL_PASSWORD: password,
      });
      try {
        expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({
          status: 'ready',
          kafka: 'up',
          api_keys: 'fresh',
        });
      } finally {
        await gateway.stop();
      }
    },
    timeoutMs,
  );
});
