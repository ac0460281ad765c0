import { ListOffsetTimestamps, ProtocolError, ResponseError } from '@platformatic/kafka';
import type { KafkaConnection } from '../connection.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { TolerantConsumer } from './tolerant-consumer.ts';

export interface ReadPosition {
  topic: string;
  /** Set where a topic that was created anew under its name is not meant. */
  topicId?: string;
  partition: number;
  offset: bigint;
}

export interface ReadPartition {
  topic: string;
  /** Of the topic, which has another one after it was created anew. */
  topicId: string;
  partition: number;
  records: KafkaRecord[];
  /** Where to go on. */
  nextOffset: bigint;
  /** Behind the last record that can be read now. */
  endOffset: bigint;
}

/** A partition that can't be read now, while others can. */
export interface UnreadPartition {
  topic: string;
  partition: number;
  error: Error;
}

export interface ReadLimits {
  /** Of one answer. A record that is larger comes alone. */
  maxBytes: number;
  maxWaitMs: number;
}

type FetchResponse = Awaited<ReturnType<TolerantConsumer['fetch']>>;

export class NoSuchPartitionError extends Error {}
export class OtherTopicError extends Error {}

/** A record of the default size at most. */
const minBytesEach = 1024 * 1024;

/** A second apart: a broker that has just ended is not asked twice. */
const metadataRetries = 3;

/** Markers of transactions, which are no records. */
const controlBit = 0x20;

/**
 * Reads records from given places, as no member of a group. One of them reads one thing after the other: a broker that
 * waits for records answers nothing else on the connection meanwhile.
 */
export class RecordReader {
  readonly #consumer: TolerantConsumer;
  readonly #topics: string[];

  constructor(connection: KafkaConnection, topics: readonly string[]) {
    this.#topics = [...topics];
    this.#consumer = new TolerantConsumer({
      ...connection,
      clientId: 'tallyflow-consumer',
      groupId: 'tallyflow',
      autocommit: false,
      // What an error says of one partition must not wait for the others. Callers try again.
      retries: 0,
    });
    this.#consumer.topics.trackAll(...topics);
  }

  /** Reads what is there, or waits for it. Throws where one of the partitions can't be read. */
  async read(positions: readonly ReadPosition[], limits: ReadLimits): Promise<ReadPartition[]> {
    const answers = await this.readEach(positions, limits);
    return answers.map((answer) => {
      if ('error' in answer) throw answer.error;
      return answer;
    });
  }

  /** Reads what is there, or waits for it; each partition may fail for itself. Throws where Kafka is away. */
  async readEach(
    positions: readonly ReadPosition[],
    limits: ReadLimits,
  ): Promise<(ReadPartition | UnreadPartition)[]> {
    const { topics } = await this.#metadata();
    const byNode = new Map<number, Map<string, ReadPosition[]>>();
    const unread: UnreadPartition[] = [];
    for (const position of positions) {
      const { topic, partition } = position;
      const { id, partitions = [] } = topics.get(topic) ?? { id: '' };
      const leader = partitions[partition]?.leader;
      if (leader === undefined || leader < 0) {
        unread.push({ topic, partition, error: noLeader(position, partitions.length) });
        continue;
      }
      if (position.topicId !== undefined && position.topicId !== id) {
        const error = new OtherTopicError(`${topic} was created anew`);
        unread.push({ topic, partition, error });
        continue;
      }
      const ofNode = byNode.get(leader) ?? new Map<string, ReadPosition[]>();
      byNode.set(leader, ofNode.set(id, [...(ofNode.get(id) ?? []), position]));
    }
    const answers = await Promise.all(
      [...byNode].map(([node, wanted]) =>
        this.#readFrom(node, wanted, limits).catch((error: Error) =>
          [...wanted.values()]
            .flat()
            .map(({ topic, partition }): UnreadPartition => ({ topic, partition, error })),
        ),
      ),
    );
    return [...unread, ...answers.flat()];
  }

  /** `wanted` is by the id of the topic. */
  async #readFrom(
    node: number,
    wanted: ReadonlyMap<string, readonly ReadPosition[]>,
    limits: ReadLimits,
  ): Promise<(ReadPartition | UnreadPartition)[]> {
    const response = await this.#fetch(node, wanted, limits);
    return response.responses.flatMap(({ topicId, partitions }) =>
      partitions.flatMap((answer) => {
        const position = wanted
          .get(topicId)
          ?.find(({ partition }) => partition === answer.partitionIndex);
        return position === undefined ? [] : [readAnswer(position, topicId, answer)];
      }),
    );
  }

  /** Throws where the broker does not answer. What it says of single partitions is in the answer. */
  async #fetch(
    node: number,
    wanted: ReadonlyMap<string, readonly ReadPosition[]>,
    { maxBytes, maxWaitMs }: ReadLimits,
  ): Promise<FetchResponse> {
    const count = [...wanted.values()].flat().length;
    const ask = () =>
      this.#consumer.fetch({
        node,
        maxBytes,
        maxWaitTime: maxWaitMs,
        minBytes: 1,
        topics: [...wanted].map(([topicId, of]) => ({
          topicId,
          partitions: of.map(({ partition, offset }) => ({
            partition,
            fetchOffset: offset,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
            // Several share an answer, so that a full one does not keep others waiting.
            partitionMaxBytes: Math.max(minBytesEach, Math.floor(maxBytes / count)),
          })),
        })),
      });
    for (let isAgain = false; ; isAgain = true) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
        const response = error.response as FetchResponse;
        if (response.errorCode === 0) return response;
        // The broker has forgotten what was asked before, or an answer with errors was not counted by the client.
        if (isAgain) throw error;
      }
    }
  }

  /** Of the topics that are there. */
  async topicIds(): Promise<Map<string, string>> {
    const found = await this.#metadata();
    return new Map([...found.topics].map(([topic, { id }]) => [topic, id]));
  }

  /** Of each partition of a topic that has a leader, the first offset that is still there. */
  firstOffsets(topic: string): Promise<bigint[]> {
    return this.#listOffsets(topic, ListOffsetTimestamps.EARLIEST);
  }

  /** Of each partition of a topic that has a leader, the offset that its next record will have. */
  endOffsets(topic: string): Promise<bigint[]> {
    return this.#listOffsets(topic, ListOffsetTimestamps.LATEST);
  }

  async #listOffsets(topic: string, timestamp: bigint): Promise<bigint[]> {
    const found = (await this.#metadata()).topics.get(topic);
    const partitions = (found?.partitions ?? []).flatMap(({ leader }, partition) =>
      leader < 0 ? [] : [partition],
    );
    if (partitions.length === 0) return [];
    const offsets = await this.#consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: partitions },
      timestamp,
    });
    return offsets.get(topic) ?? [];
  }

  #metadata() {
    return this.#consumer.metadata({ topics: [...this.#topics], retries: metadataRetries });
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}

/** A topic that is not known to have any partition may only be out of sight. */
function noLeader({ topic, partition }: ReadPosition, partitionCount: number): Error {
  if (partitionCount === 0) return new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION', null, { topic });
  if (partition >= partitionCount)
    return new NoSuchPartitionError(`${topic} has no partition ${partition}`);
  return new ProtocolError('LEADER_NOT_AVAILABLE', null, { topic, partition });
}

function readAnswer(
  { topic, partition, offset: from }: ReadPosition,
  topicId: string,
  answer: FetchResponse['responses'][number]['partitions'][number],
): ReadPartition | UnreadPartition {
  if (answer.errorCode !== 0)
    return {
      topic,
      partition,
      error: new ProtocolError(answer.errorCode, null, { topic, partition }),
    };
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
        topicId,
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
  return { topic, topicId, partition, records, nextOffset, endOffset: answer.lastStableOffset };
}

const empty = Buffer.alloc(0);

/** What was read is a piece of the whole answer, which would stay in memory for as long as the piece. */
const copy = (piece: Buffer | null): Buffer | null => (piece === null ? null : Buffer.from(piece));
