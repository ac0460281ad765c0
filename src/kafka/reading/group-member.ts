import type { KafkaConnection } from '../connection.ts';
import { topics } from '../topics.ts';
import type { ReadPosition } from './record-reader.ts';
import { TolerantConsumer } from './tolerant-consumer.ts';

/** Also in the ACLs of the documentation. */
export const consumerGroup = 'tallyflow';

/** A consumer that was killed is missed after this time, and its partitions go to others. */
const sessionTimeout = 10_000;
const heartbeatInterval = 2_000;
/** The time that a member has to come back when partitions are assigned anew. */
const rebalanceTimeout = 30_000;

/** The place in the group: which partitions this process reads, and up to where the group is done. */
export class GroupMember {
  readonly #consumer: TolerantConsumer;
  readonly #topics: readonly string[];
  readonly #failed = new AbortController();
  #generation = 0;

  constructor(connection: KafkaConnection, topics: readonly string[]) {
    this.#topics = topics;
    this.#consumer = new TolerantConsumer({
      ...connection,
      clientId: 'tallyflow-consumer',
      groupId: consumerGroup,
      sessionTimeout,
      heartbeatInterval,
      rebalanceTimeout,
      autocommit: false,
    });
    this.#consumer.on('consumer:group:join', () => this.#generation++);
    // Emitted where joining again has failed, after which no more heartbeats are sent.
    (this.#consumer as NodeJS.EventEmitter).on('error', (error: unknown) =>
      this.#failed.abort(error),
    );
    this.#consumer.on('consumer:heartbeat:stalled', ({ lastError }) =>
      this.#failed.abort(lastError ?? new Error('The coordinator does not answer.')),
    );
  }

  /** Aborted when this member is of no more use. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Counts the assignments. What belongs to an earlier one may be another member's now. */
  get generation(): number {
    return this.#generation;
  }

  /** Throws where there is nothing to read. */
  async join(): Promise<void> {
    this.#consumer.topics.trackAll(...this.#topics);
    await this.#consumer.joinGroup({});
    const sizes = await this.sizes();
    if ((sizes.get(topics.batches) ?? 0) === 0)
      throw new Error(`The topic ${topics.batches} does not exist, or may not be described.`);
  }

  /** How many partitions each topic has that is there. */
  async sizes(): Promise<Map<string, number>> {
    const found = await this.#consumer.metadata({ topics: [...this.#topics] });
    return new Map(
      [...found.topics].map(([topic, { partitionsCount }]) => [topic, partitionsCount]),
    );
  }

  /** The partitions of this member, and where reading them begins: where the group is, or at the first record there is. */
  async positions(): Promise<ReadPosition[]> {
    const assigned = (this.#consumer.assignments ?? []).filter(
      ({ partitions }) => partitions.length > 0,
    );
    if (assigned.length === 0) return [];
    const committed = await this.#consumer.listCommittedOffsets({
      topics: assigned.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] })),
    });
    return assigned.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({
        topic,
        partition,
        offset: committed.get(topic)?.[partition] ?? -1n,
      })),
    );
  }

  async commit(offsets: readonly ReadPosition[]): Promise<void> {
    await this.#consumer.commit({
      offsets: offsets.map((position) => ({ ...position, leaderEpoch: -1 })),
    });
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}
