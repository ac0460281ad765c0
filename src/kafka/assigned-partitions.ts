import { setTimeout as sleep } from 'node:timers/promises';
import { findErrorBy } from '@platformatic/kafka';
import type { ConsumerContext } from './consumer-context.ts';
import { lag } from './consumer-metrics.ts';
import type { GroupMember } from './group-member.ts';
import { identifyRecord, type RecordIdentity } from './identify-record.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { PartitionProgress } from './partition-progress.ts';
import type { ReadPosition, RecordReader } from './record-reader.ts';
import type { StoreLanes } from './store-lanes.ts';

const readLimits = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 500 };
/**
 * Records of a partition that are read behind one that is not done. After a crash they are read again, and found
 * stored.
 */
const maxRecordsAhead = 10_000;
const pauseMs = 100;
const awayPauseMs = 1_000;

interface Assigned {
  topic: string;
  partition: number;
  progress: PartitionProgress;
  committed: bigint;
  endOffset: bigint;
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

  /** Reads until it is stopped. Throws where Kafka is away. */
  async read(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      if (this.#member.generation !== this.#generation) await this.#beginAgain();
      await this.#lanes.room();
      const open = this.#assigned.filter(({ progress }) => progress.length < maxRecordsAhead);
      if (open.length === 0) {
        await sleep(pauseMs);
        continue;
      }
      const positions = open.map(({ topic, partition, progress }) => ({
        topic,
        partition,
        offset: progress.position,
      }));
      const read = await this.#reader.read(positions, readLimits).catch(async (error: unknown) => {
        if (!isOutOfRange(error)) throw error;
        await this.#skipWhatIsGone(open);
        return [];
      });
      for (const { topic, partition, records, nextOffset, endOffset } of read) {
        // Partitions that were assigned anew are read from where the group is.
        if (this.#member.generation !== this.#generation || stopping.aborted) break;
        const assigned = open.find((one) => one.topic === topic && one.partition === partition);
        if (assigned === undefined) continue;
        assigned.endOffset = endOffset;
        for (const record of records) await this.#take(record, assigned.progress, stopping);
        if (!stopping.aborted) assigned.progress.skipTo(nextOffset);
      }
    }
  }

  async #take(
    record: KafkaRecord,
    progress: PartitionProgress,
    stopping: AbortSignal,
  ): Promise<void> {
    const identity = await this.#identify(record, stopping);
    if (identity === null) return;
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
    this.#generation = this.#member.generation;
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
      };
    });
    this.#context.logger.info({ partitions: this.#assigned.length }, 'partitions assigned');
  }

  /** Retention may delete records before they are read, and a topic may be created anew. */
  async #skipWhatIsGone(partitions: readonly Assigned[]): Promise<void> {
    for (const assigned of partitions) {
      const { topic, partition, progress } = assigned;
      const first = (await this.#reader.firstOffsets(topic))[partition] ?? 0n;
      const end = (await this.#reader.endOffsets(topic))[partition] ?? 0n;
      if (progress.position >= first && progress.position <= end) continue;
      this.#context.logger.error(
        { topic, partition, from: String(progress.position), to: String(first) },
        'records are gone from Kafka before they were read',
      );
      assigned.progress = new PartitionProgress(first);
    }
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
      await this.#member.commit(
        done.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
      );
    for (const { assigned, offset } of done) assigned.committed = offset;
    this.#showLag();
  }

  #showLag(): void {
    const byTopic = new Map<string, number>();
    for (const { topic, progress, endOffset } of this.#assigned) {
      const open = Math.max(0, Number(endOffset - progress.committable));
      byTopic.set(topic, (byTopic.get(topic) ?? 0) + open);
    }
    for (const [topic, records] of byTopic) lag.set({ topic }, records);
  }
}

const isOutOfRange = (error: unknown): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', 'OFFSET_OUT_OF_RANGE') !== null;

/** What a record holds in memory, beside its bytes. */
const overheadBytes = 1_024;

function bytesOf({ key, value, headers }: KafkaRecord): number {
  let bytes = overheadBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + header.length;
  return bytes;
}
