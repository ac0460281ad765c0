import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import type { KafkaConnection } from '../connection.ts';
import { topics } from '../topics.ts';
import type { ApiKeyRecord } from './api-key-record.ts';

/** A transaction of the database stays open for as long as a request does. */
export const keyTimeouts = { connectTimeout: 2_000, requestTimeout: 5_000 };
/** Less than the megabyte that a broker takes at once, also where each takes three bytes. */
const maxCharactersAtOnce = 300_000;
/** What a record has beside its value, and more. */
const recordCharacters = 100;

/** Writes to the topic of API keys. */
export class KeyProducer {
  readonly #producer: Producer<string, string, string, string>;

  constructor(connection: KafkaConnection) {
    this.#producer = new Producer({
      ...connection,
      ...keyTimeouts,
      clientId: 'tallyflow-api',
      serializers: stringSerializers,
      timeout: keyTimeouts.requestTimeout,
      // Whoever writes tries again, with what is true then.
      retries: 0,
    });
  }

  /** Throws where the brokers are away. */
  async check(): Promise<void> {
    await this.#producer.metadata({ topics: [topics.apiKeys], forceUpdate: true });
  }

  /** Resolves once the brokers have all of the records, in their order. */
  async send(records: readonly ApiKeyRecord[]): Promise<void> {
    for (const some of divide(records)) {
      const messages = some.map(({ key, value }) => ({
        topic: topics.apiKeys,
        partition: 0,
        key,
        ...(value !== undefined && { value }),
      }));
      await this.#producer.send({ messages, acks: ProduceAcks.ALL });
    }
  }

  async close(): Promise<void> {
    await this.#producer.close(true).catch(() => {});
  }
}

/** Divides records into requests that a broker takes. */
function divide(records: readonly ApiKeyRecord[]): ApiKeyRecord[][] {
  const requests: ApiKeyRecord[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const added = recordCharacters + (record.value?.length ?? 0);
    characters += added;
    if (characters > maxCharactersAtOnce) {
      requests.push([]);
      characters = added;
    }
    requests.at(-1)?.push(record);
  }
  return requests;
}
