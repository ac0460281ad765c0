import { setTimeout as sleep } from 'node:timers/promises';
import { findErrorBy } from '@platformatic/kafka';
import type { ConsumerContext } from '../consumer-context.ts';
import { lag, unreadTopics } from '../consumer-metrics.ts';
import { identifyRecord, type RecordIdentity } from '../records/identify-record.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import type { StoreLanes } from '../storing/store-lanes.ts';
import { topics } from '../topics.ts';
import type { GroupMember } from './group-member.ts';
import { PartitionProgress } from './partition-progress.ts';
import type { ReadPartition, ReadPosition, RecordReader } from './record-reader.ts';

const readLimits = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 500 };
/**
 * Records of a partition that are read behind one that is not done: those that wait for a large batch of somebody else
 * must not wait long. After a crash they are read again and found stored, at tens of thousands a second.
 */
const maxAhead = 1_000_000n;
const pauseMs = 100;
/** A partition that can't be read is left alone for this time. */
const unreadPauseMs = 2_000;
/** A leader that has moved is found within one pause, and is nothing to tell. */
const failuresToTell = 3;
const awayPauseMs = 1_000;

interface Assigned {
  topic: string;
  partition: number;
  progress: PartitionProgress;
  committed: bigint;
  endOffset: bigint;
  /** Of its topic, as far as it is known. */
  topicId: string | null;
  /** Times in a row that it could not be read. */
  failures: number;
  /** By the clock of performance.now(). */
  unreadUntil: number;
}

/** Reads the partitions that are assigned to a member of the group, and commits what is done. */
export class AssignedPartitions {
  readonly #context: ConsumerContext;
  readonly #member: GroupMember;
  readonly #reader: RecordReader;
  readonly #lanes: StoreLanes;
  #assigned: Assigned[] = [];
  #generation = 0;

  constructor(
    context: ConsumerContext,
    { member, reader, lanes }: { member: GroupMember; reader: RecordReader; lanes: StoreLanes },
  ) {
    this.#context = context;
    this.#member = member;
    this.#reader = reader;
    this.#lanes = lanes;
  }

  /** Reads until it is stopped. What fails for one partition holds up no other. Throws where Kafka is away. */
  async read(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      if (this.#member.generation !== this.#generation) await this.#beginAgain();
      await this.#lanes.room();
      const open = this.#assigned.filter((assigned) => this.#mayRead(assigned));
      if (open.length === 0) {
        await sleep(pauseMs);
        continue;
      }
      const positions = open.map(({ topic, partition, progress }) => ({
        topic,
        partition,
        offset: progress.position,
      }));
      for (const answer of await this.#reader.readEach(positions, readLimits)) {
        // Partitions that were assigned anew are read from where the group is.
        if (this.#member.generation !== this.#generation || stopping.aborted) break;
        const { topic, partition } = answer;
        const assigned = open.find((one) => one.topic === topic && one.partition === partition);
        if (assigned === undefined) continue;
        if ('error' in answer) await this.#leave(assigned, answer.error);
        else await this.#takeAll(answer, assigned, stopping);
      }
    }
  }

  #mayRead({ topic, progress, unreadUntil }: Assigned): boolean {
    return (
      performance.now() >= unreadUntil &&
      progress.ahead < maxAhead &&
      this.#context.boundTopics.mayRead(topic) &&
      !this.#lanes.isFull(topic)
    );
  }

  async #takeAll(
    { topicId, records, nextOffset, endOffset }: ReadPartition,
    assigned: Assigned,
    stopping: AbortSignal,
  ): Promise<void> {
    const isAnew = assigned.topicId !== null && assigned.topicId !== topicId;
    assigned.topicId = topicId;
    // What was asked for are offsets of the topic before.
    if (isAnew) return this.#beginAt(assigned, 0n);
    assigned.failures = 0;
    assigned.endOffset = endOffset;
    for (const record of records)
      if (!(await this.#take(record, assigned.progress, stopping))) return;
    assigned.progress.skipTo(nextOffset);
  }

  /** Returns whether those behind it may be taken. */
  async #take(
    record: KafkaRecord,
    progress: PartitionProgress,
    stopping: AbortSignal,
  ): Promise<boolean> {
    const identity = await this.#identify(record, stopping);
    if (identity === null) return false;
    // It may be stored once its topic has a live key again. Until then it waits where it is.
    if (identity.problem?.reason === 'key_not_live') {
      this.#context.boundTopics.leaveWithoutKey(record.topic);
      return false;
    }
    progress.take(record.offset);
    this.#lanes.push({
      record,
      identity,
      isUnloaded: false,
      bytes: bytesOf(record),
      failures: 0,
      refusals: 0,
      finish: () => progress.finish(record.offset),
    });
    return true;
  }

  /** Reads a partition again after a while. */
  async #leave(assigned: Assigned, error: Error): Promise<void> {
    const { topic, partition } = assigned;
    assigned.unreadUntil = performance.now() + unreadPauseMs;
    assigned.failures++;
    let reason: unknown = error;
    if (isOutOfRange(error))
      try {
        await this.#skipWhatIsGone(assigned);
      } catch (failure) {
        reason = failure;
      }
    if (assigned.failures === failuresToTell)
      this.#context.logger.error(
        { err: reason, topic, partition },
        'a partition cannot be read; trying again',
      );
  }

  /** Waits while the database is away, which knows the keys of bound topics. Null when it is stopped. */
  async #identify(record: KafkaRecord, stopping: AbortSignal): Promise<RecordIdentity | null> {
    while (!stopping.aborted) {
      try {
        return await identifyRecord(record, this.#context.boundKeys);
      } catch (error) {
        this.#context.logger.warn({ err: error }, 'the key of a topic could not be looked up');
        await sleep(awayPauseMs, undefined, { signal: stopping }).catch(() => {});
      }
    }
    return null;
  }

  /** What is unfinished of the assignment before is finished without a commit, and found stored when it is read again. */
  async #beginAgain(): Promise<void> {
    const { generation } = this.#member;
    // Before the positions: those of a topic that is created anew from here on are not taken for its own.
    const topicIds = await this.#reader.topicIds();
    const positions = await this.#member.positions();
    const first = new Map<string, bigint[]>();
    for (const { topic, offset } of positions)
      if (offset < 0n && !first.has(topic))
        first.set(topic, await this.#reader.firstOffsets(topic));
    this.#assigned = positions.map(({ topic, partition, offset }) => {
      const start = offset < 0n ? (first.get(topic)?.[partition] ?? 0n) : offset;
      return {
        topic,
        partition,
        progress: new PartitionProgress(start),
        committed: offset,
        endOffset: start,
        topicId: topicIds.get(topic) ?? null,
        failures: 0,
        unreadUntil: 0,
      };
    });
    // Not before: what is done of the former assignment may be behind where another member is.
    this.#generation = generation;
    this.#context.logger.info({ partitions: this.#assigned.length }, 'partitions assigned');
  }

  /** Retention may delete records before they are read, and a topic may be created anew. Throws where Kafka is away. */
  async #skipWhatIsGone(assigned: Assigned): Promise<void> {
    const { topic, partition, progress } = assigned;
    const first = (await this.#reader.firstOffsets(topic))[partition];
    const end = (await this.#reader.endOffsets(topic))[partition];
    if (first === undefined || end === undefined) return;
    if (progress.position >= first && progress.position <= end) return;
    this.#beginAt(assigned, first);
  }

  #beginAt(assigned: Assigned, offset: bigint): void {
    const { topic, partition, progress } = assigned;
    this.#context.logger.error(
      { topic, partition, from: String(progress.position), to: String(offset) },
      'records are gone from Kafka before they were read',
    );
    assigned.progress = new PartitionProgress(offset);
    assigned.committed = -1n;
    assigned.unreadUntil = 0;
  }

  /** Commits what is done, if anything is. Throws where Kafka is away. */
  async commit(): Promise<void> {
    const done: (ReadPosition & { assigned: Assigned })[] = [];
    if (this.#member.generation === this.#generation)
      for (const assigned of this.#assigned) {
        const { topic, partition, progress, committed } = assigned;
        const offset = progress.committable;
        if (offset > committed) done.push({ topic, partition, offset, assigned });
      }
    if (done.length > 0)
      await this.#member
        .commit(done.map(({ topic, partition, offset }) => ({ topic, partition, offset })))
        .catch((error: unknown) => {
          // The broker takes the other offsets all the same.
          if (!isOfTopic(error)) throw error;
        });
    for (const { assigned, offset } of done) assigned.committed = offset;
    this.#showLag();
  }

  #showLag(): void {
    const waiting = new Map<string, number>();
    const unread = new Set<string>();
    for (const { topic, progress, endOffset, failures } of this.#assigned) {
      const open = Math.max(0, Number(endOffset - progress.position)) + progress.openCount;
      waiting.set(topic, (waiting.get(topic) ?? 0) + open);
      if (failures > 0 || this.#lanes.isFull(topic)) unread.add(topic);
    }
    lag.reset();
    for (const [topic, records] of waiting) lag.set({ topic }, records);
    const { boundTopics } = this.#context;
    for (const topic of [topics.batches, ...boundTopics.names])
      unreadTopics.set({ topic }, unread.has(topic) || !boundTopics.mayRead(topic) ? 1 : 0);
  }
}

const isOutOfRange = (error: unknown): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', 'OFFSET_OUT_OF_RANGE') !== null;

/** A topic that is deleted, or that may no longer be read, while others are in order. */
const isOfTopic = (error: unknown): boolean =>
  error instanceof Error &&
  ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'].some(
    (id) => findErrorBy(error, 'apiId', id) !== null,
  );

/** What a record holds in memory, beside its bytes. */
const overheadBytes = 1_024;

function bytesOf({ key, value, headers }: KafkaRecord): number {
  let bytes = overheadBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + header.length;
  return bytes;
}
