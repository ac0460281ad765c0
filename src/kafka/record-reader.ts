import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import type { KafkaConnection } from './connection.ts';
import type { KafkaRecord } from './kafka-record.ts';

export interface ReadPosition {
  topic: string;
  partition: number;
  offset: bigint;
}

export interface ReadPartition {
  topic: string;
  partition: number;
  records: KafkaRecord[];
  /** Where to go on. */
  nextOffset: bigint;
  /** Behind the last record that can be read now. */
  endOffset: bigint;
}

export interface ReadLimits {
  /** Of one answer. A record that is larger comes alone. */
  maxBytes: number;
  maxWaitMs: number;
}

export class NoSuchPartitionError extends Error {}

/** A record of the default size at most. */
const minBytesEach = 1024 * 1024;

/** Markers of transactions, which are no records. */
const controlBit = 0x20;

/**
 * Reads records from given places, as no member of a group. One of them reads one thing after the other: a broker that
 * waits for records answers nothing else on the connection meanwhile.
 */
export class RecordReader {
  readonly #consumer: Consumer;

  constructor(connection: KafkaConnection, topics: readonly string[]) {
    this.#consumer = new Consumer({
      ...connection,
      clientId: 'tallyflow-consumer',
      groupId: 'tallyflow',
      autocommit: false,
    });
    this.#consumer.topics.trackAll(...topics);
  }

  /** Reads what is there, or waits for it. */
  async read(
    positions: readonly ReadPosition[],
    { maxBytes, maxWaitMs }: ReadLimits,
  ): Promise<ReadPartition[]> {
    const names = [...new Set(positions.map(({ topic }) => topic))];
    const metadata = await this.#consumer.metadata({ topics: names });
    const byNode = new Map<number, ReadPosition[]>();
    for (const position of positions) {
      const leader = metadata.topics.get(position.topic)?.partitions[position.partition]?.leader;
      if (leader === undefined)
        throw new NoSuchPartitionError(`${position.topic} has no partition ${position.partition}`);
      byNode.set(leader, [...(byNode.get(leader) ?? []), position]);
    }
    const answers = await Promise.all(
      [...byNode].map(([node, wanted]) => this.#readFrom(node, wanted, maxBytes, maxWaitMs)),
    );
    return answers.flat();
  }

  async #readFrom(
    node: number,
    positions: readonly ReadPosition[],
    maxBytes: number,
    maxWaitTime: number,
  ): Promise<ReadPartition[]> {
    const { topics } = await this.#consumer.metadata({
      topics: [...new Set(positions.map(({ topic }) => topic))],
    });
    const wanted = new Map<string, ReadPosition[]>();
    for (const position of positions) {
      const topicId = topics.get(position.topic)?.id ?? '';
      wanted.set(topicId, [...(wanted.get(topicId) ?? []), position]);
    }
    const response = await this.#consumer.fetch({
      node,
      maxBytes,
      maxWaitTime,
      minBytes: 1,
      topics: [...wanted].map(([topicId, of]) => ({
        topicId,
        partitions: of.map(({ partition, offset }) => ({
          partition,
          fetchOffset: offset,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
          // Several share an answer, so that a full one does not keep others waiting.
          partitionMaxBytes: Math.max(minBytesEach, Math.floor(maxBytes / positions.length)),
        })),
      })),
    });
    const read: ReadPartition[] = [];
    for (const { topicId, partitions } of response.responses) {
      for (const answer of partitions) {
        const position = wanted
          .get(topicId)
          ?.find(({ partition }) => partition === answer.partitionIndex);
        if (position === undefined) continue;
        const { topic, partition, offset: from } = position;
        const records: KafkaRecord[] = [];
        let nextOffset = from;
        for (const batch of answer.records ?? []) {
          const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
          if (end > nextOffset) nextOffset = end;
          if ((batch.attributes & controlBit) !== 0) continue;
          for (const record of batch.records) {
            const offset = batch.firstOffset + BigInt(record.offsetDelta);
            // The broker answers with whole batches, which may begin before.
            if (offset < from) continue;
            records.push({
              topic,
              partition,
              offset,
              key: copy(record.key),
              value: copy(record.value),
              headers: record.headers.map(
                ([name, value]) => [name?.toString('utf8') ?? '', copy(value) ?? empty] as const,
              ),
            });
          }
        }
        read.push({ topic, partition, records, nextOffset, endOffset: answer.lastStableOffset });
      }
    }
    return read;
  }

  /** Of each partition of a topic, the first offset that is still there. */
  firstOffsets(topic: string): Promise<bigint[]> {
    return this.#listOffsets(topic, ListOffsetTimestamps.EARLIEST);
  }

  /** Of each partition of a topic, the offset that its next record will have. */
  endOffsets(topic: string): Promise<bigint[]> {
    return this.#listOffsets(topic, ListOffsetTimestamps.LATEST);
  }

  async #listOffsets(topic: string, timestamp: bigint): Promise<bigint[]> {
    const offsets = await this.#consumer.listOffsets({ topics: [topic], timestamp });
    return offsets.get(topic) ?? [];
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}

const empty = Buffer.alloc(0);

/** What was read is a piece of the whole answer, which would stay in memory for as long as the piece. */
const copy = (piece: Buffer | null): Buffer | null => (piece === null ? null : Buffer.from(piece));
