import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, stringDeserializers } from '@platformatic/kafka';

export interface TopicRecord {
  partition: number;
  offset: bigint;
  key: string | undefined;
  /** Undefined for a tombstone. */
  value: string | undefined;
  headers: ReadonlyMap<string, string>;
}

export interface FollowedTopic {
  /** All records from the beginning, as far as they have arrived. */
  records: TopicRecord[];
  close(): Promise<void>;
}

/** Between two attempts while the broker is away. */
const pauseMs = 200;

/** Reads a topic from its beginning, and begins again when the broker has been away. It commits nothing. */
export async function followTopic(brokers: string, topic: string): Promise<FollowedTopic> {
  const stopping = new AbortController();
  const records: TopicRecord[] = [];
  const read = async () => {
    records.length = 0;
    const consumer = new Consumer({
      clientId: 'test',
      groupId: `test-${randomUUID()}`,
      bootstrapBrokers: [brokers],
      deserializers: stringDeserializers,
      retries: 0,
    });
    try {
      const stream = await consumer.consume({
        topics: [topic],
        mode: 'earliest',
        autocommit: false,
        maxWaitTime: 100,
      });
      stopping.signal.addEventListener('abort', () => void stream.close().catch(() => {}));
      if (stopping.signal.aborted) await stream.close();
      for await (const { partition, offset, key, value, headers } of stream)
        records.push({ partition, offset, key, value: value ?? undefined, headers });
    } finally {
      await consumer.close(true).catch(() => {});
    }
  };
  const reading = (async () => {
    while (!stopping.signal.aborted) {
      await read().catch(() => {});
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    records,
    async close() {
      stopping.abort();
      await reading;
    },
  };
}
