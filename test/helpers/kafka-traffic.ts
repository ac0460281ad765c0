import { Admin, Consumer, Producer } from '@platformatic/kafka';
import { v7 as uuidV7 } from 'uuid';
import { topics } from '../../src/kafka/topics.ts';

export interface TestRow {
  transaction_id: string;
  account_id: string;
  amount: string;
  currency: string;
  date: string;
}

let rowCount = 0;

/** Makes a row as the gateway writes it, with an id of its own. */
export const makeRow = (given: Partial<TestRow> = {}): TestRow => ({
  transaction_id: `k-${rowCount++}`,
  account_id: 'acc-1',
  amount: '-1.5',
  currency: 'USD',
  date: '2026-01-31',
  ...given,
});

export const makeRows = (count: number): TestRow[] =>
  Array.from({ length: count }, () => makeRow());

export const batchValue = (transactions: unknown, requestId: string | null = null): string =>
  JSON.stringify({ version: 1, request_id: requestId, transactions });

export interface SentRecord {
  topic?: string;
  key?: string;
  value: string | Buffer;
  headers?: Record<string, string>;
  partition?: number;
}

/** Writes records as the gateway and other systems do. */
export class KafkaTraffic {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #brokers: string;

  constructor(brokers: string) {
    this.#brokers = brokers;
    this.#producer = new Producer({
      clientId: 'test',
      bootstrapBrokers: [brokers],
      acks: -1,
      retries: 10,
    });
  }

  /** Returns where each record is. Kafka keeps the order of the records of a partition. */
  async send(records: readonly SentRecord[]): Promise<void> {
    await this.#producer.send({
      messages: records.map(
        ({ topic = topics.batches, key = uuidV7(), value, headers, partition }) => ({
          topic,
          key: Buffer.from(key),
          value: Buffer.from(value),
          ...(partition !== undefined && { partition }),
          headers: new Map(
            Object.entries(headers ?? {}).map(([name, text]) => [
              Buffer.from(name),
              Buffer.from(text),
            ]),
          ),
        }),
      ),
    });
  }

  /** Sends a large batch as the gateway does. Returns its id. `numbers` are those of the parts, where one is delivered twice. */
  async sendLarge(
    parts: readonly (readonly TestRow[])[],
    headers: Record<string, string>,
    { numbers, ...changes }: { numbers?: readonly number[]; [field: string]: unknown } = {},
  ): Promise<string> {
    const id = uuidV7();
    const key = uuidV7();
    const partition = 3;
    const offsets: bigint[] = [];
    for (const [index, transactions] of parts.entries()) {
      const part = numbers?.[index] ?? index;
      const { offsets: written } = await this.#producer.send({
        messages: [
          {
            topic: topics.batchParts,
            partition,
            key: Buffer.from(key),
            value: Buffer.from(JSON.stringify({ version: 1, part, transactions })),
          },
        ],
      });
      offsets.push(written?.[0]?.offset as bigint);
    }
    const value = {
      version: 1,
      request_id: null,
      parts: {
        key,
        partition,
        first_offset: Number(offsets[0]),
        last_offset: Number(offsets.at(-1)),
        count: new Set(numbers ?? parts.keys()).size,
      },
      transaction_count: new Set(parts.flat()).size,
      ...changes,
    };
    await this.send([{ key: id, value: JSON.stringify(value), headers }]);
    return id;
  }

  /** How many records the group has not committed yet. */
  async lag(topic: string): Promise<number> {
    const consumer = new Consumer({
      clientId: 'test',
      bootstrapBrokers: [this.#brokers],
      groupId: 'tallyflow',
    });
    try {
      const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
      const committed = await consumer.listCommittedOffsets({
        topics: [{ topic, partitions: ends.map((_, partition) => partition) }],
      });
      const done = committed.get(topic) ?? [];
      return ends.reduce((sum, end, partition) => {
        const offset = done[partition] ?? -1n;
        return sum + Number(end - (offset < 0n ? 0n : offset));
      }, 0);
    } finally {
      await consumer.close(true);
    }
  }

  /** How many records have been written to a topic. */
  async endOffset(topic: string): Promise<number> {
    const consumer = new Consumer({
      clientId: 'test',
      bootstrapBrokers: [this.#brokers],
      groupId: 'tallyflow',
    });
    try {
      const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
      return ends.reduce((sum, end) => sum + Number(end), 0);
    } finally {
      await consumer.close(true);
    }
  }

  /** Lets the group, none of which may run, go on behind the last record of a topic. */
  async skip(topic: string): Promise<void> {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [this.#brokers] });
    try {
      const consumer = new Consumer({
        clientId: 'test',
        bootstrapBrokers: [this.#brokers],
        groupId: 'tallyflow',
      });
      const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
      await consumer.close(true);
      await admin.alterConsumerGroupOffsets({
        groupId: 'tallyflow',
        topics: [
          {
            name: topic,
            partitionOffsets: ends.map((offset, partition) => ({ partition, offset })),
          },
        ],
      });
    } finally {
      await admin.close();
    }
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
