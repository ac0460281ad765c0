import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ProtocolError } from '@platformatic/kafka';
import { pino } from 'pino';
import type { ConsumerContext } from '../consumer-context.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { topics } from '../topics.ts';
import { AssignedPartitions } from './assigned-partitions.ts';
import type { ReadPartition, ReadPosition, UnreadPartition } from './record-reader.ts';
import type { TakenRecord } from './taken-record.ts';

const topic = topics.batches;
const recordAt = (partition: number, offset: bigint): KafkaRecord => ({
  topic,
  topicId: 'first',
  partition,
  offset,
  key: null,
  value: null,
  headers: [],
});

/** A member that has some partitions, of which each answer comes from the test. */
class Stage {
  generation = 1;
  assigned: () => Promise<ReadPosition[]> = async () => [];
  answers: (positions: readonly ReadPosition[]) => Promise<(ReadPartition | UnreadPartition)[]> =
    async () => [];
  first: bigint[] = [];
  end: bigint[] = [];
  topicIds = new Map<string, string>();
  readonly stopping = new AbortController();
  readonly taken: TakenRecord[] = [];
  readonly committed: ReadPosition[] = [];
  readonly partitions: AssignedPartitions;

  constructor() {
    const stage = this;
    const context = {
      boundTopics: { names: [], mayRead: () => true, leaveWithoutKey() {} },
      logger: pino({ level: 'silent' }),
    };
    const member = {
      get generation() {
        return stage.generation;
      },
      positions: () => stage.assigned(),
      commit: async (offsets: ReadPosition[]) => void stage.committed.push(...offsets),
    };
    const reader = {
      async readEach(positions: readonly ReadPosition[]) {
        await setImmediate();
        return stage.answers(positions);
      },
      firstOffsets: async () => stage.first,
      endOffsets: async () => stage.end,
      topicIds: async () => stage.topicIds,
    };
    const lanes = {
      room: async () => {},
      isFull: () => false,
      push: (taken: TakenRecord) => void stage.taken.push(taken),
    };
    this.partitions = new AssignedPartitions(
      context as unknown as ConsumerContext,
      {
        member,
        reader,
        lanes,
      } as unknown as ConstructorParameters<typeof AssignedPartitions>[1],
    );
  }
}

const read = (partition: number, offset: bigint, topicId = 'first'): ReadPartition => ({
  topic,
  topicId,
  partition,
  records: [recordAt(partition, offset)],
  nextOffset: offset + 1n,
  endOffset: offset + 1n,
});

it('commits nothing of a former assignment while the new one is looked up', async () => {
  const stage = new Stage();
  let answer = (_positions: ReadPosition[]) => {};
  let ask = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  stage.assigned = async () => {
    if (stage.generation === 1) return [{ topic, partition: 0, offset: 0n }];
    ask();
    return new Promise<ReadPosition[]>((resolve) => {
      answer = resolve;
    });
  };
  stage.answers = async () => {
    // Another member has the partition from here on, and may be further.
    if (stage.taken.length === 1) stage.generation = 2;
    return stage.taken.length === 0 ? [read(0, 0n)] : [];
  };
  const reading = stage.partitions.read(stage.stopping.signal);
  await asked;
  stage.taken[0]?.finish();
  await stage.partitions.commit();
  expect(stage.taken).toHaveLength(1);
  expect(stage.committed).toEqual([]);
  stage.stopping.abort();
  answer([]);
  await reading;
});

it('begins a topic that was created anew at its first record', async () => {
  const stage = new Stage();
  stage.assigned = async () => [{ topic, partition: 0, offset: 5n }];
  const asked: bigint[] = [];
  stage.answers = async ([position]) => {
    const offset = (position as ReadPosition).offset;
    asked.push(offset);
    if (asked.length === 3) stage.stopping.abort();
    return [read(0, offset, asked.length === 1 ? 'first' : 'second')];
  };
  await stage.partitions.read(stage.stopping.signal);
  expect(asked).toEqual([5n, 6n, 0n]);
  expect(stage.taken.map(({ record }) => record.offset)).toEqual([5n]);
});

it('begins a topic at its first record that was created anew before it was read', async () => {
  const stage = new Stage();
  stage.topicIds.set(topic, 'first');
  stage.assigned = async () => [{ topic, partition: 0, offset: 5n }];
  const asked: bigint[] = [];
  stage.answers = async ([position]) => {
    const offset = (position as ReadPosition).offset;
    asked.push(offset);
    if (asked.length === 2) stage.stopping.abort();
    return [read(0, offset, 'second')];
  };
  await stage.partitions.read(stage.stopping.signal);
  expect(asked).toEqual([5n, 0n]);
});

it('reads the other partitions while one cannot be read', async () => {
  const stage = new Stage();
  stage.assigned = async () => [0, 1].map((partition) => ({ topic, partition, offset: 0n }));
  const asked: number[][] = [];
  stage.answers = async (positions) => {
    asked.push(positions.map(({ partition }) => partition));
    if (asked.length === 2) stage.stopping.abort();
    return [
      { topic, partition: 0, error: new ProtocolError('LEADER_NOT_AVAILABLE') },
      read(1, BigInt(asked.length - 1)),
    ];
  };
  await stage.partitions.read(stage.stopping.signal);
  expect(asked).toEqual([[0, 1], [1]]);
  expect(stage.taken.map(({ record }) => [record.partition, record.offset])).toEqual([[1, 0n]]);
});

it('sends only the partition back to its first record whose offset is gone', async () => {
  const stage = new Stage();
  stage.assigned = async () => [0, 1].map((partition) => ({ topic, partition, offset: 5n }));
  // A leader that has just been elected may not know yet how far its partition goes.
  [stage.first, stage.end] = [
    [7n, 2n],
    [9n, 3n],
  ];
  const asked: [number, bigint][][] = [];
  stage.answers = async (positions) => {
    asked.push(positions.map(({ partition, offset }) => [partition, offset]));
    if (asked.length === 2) stage.stopping.abort();
    return [read(1, 5n), { topic, partition: 0, error: new ProtocolError('OFFSET_OUT_OF_RANGE') }];
  };
  await stage.partitions.read(stage.stopping.signal);
  expect(asked[1]).toEqual([
    [0, 7n],
    [1, 6n],
  ]);
});
