import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerContext } from './consumer-context.ts';
import { AssignedPartitions } from './reading/assigned-partitions.ts';
import { GroupMember } from './reading/group-member.ts';
import { RecordReader } from './reading/record-reader.ts';
import { StoreLanes } from './storing/store-lanes.ts';
import { topics } from './topics.ts';

/** A commit may be missed by a crash: then what was done within this time is read again, and found stored. */
const commitPauseMs = 300;
/** Topics that were created, and partitions that were added, are read within this time. */
const growthPauseMs = 10_000;
const firstPauseMs = 500;
const maxPauseMs = 10_000;
/** A member that lasted so long was in order. */
const lastedMs = 60_000;
/** After this the group misses the member anyway. */
const maxCloseMs = 30_000;

/**
 * Takes part in the group until it is stopped, and stores what it reads. Whenever Kafka is away it begins again with a
 * new member, after a pause: a member whose heartbeat or commit has failed may be out of the group for good.
 */
export async function consume(context: ConsumerContext, stopping: AbortSignal): Promise<void> {
  const { logger } = context;
  let pauseMs = firstPauseMs;
  let isAway = false;
  while (!stopping.aborted) {
    const beganAt = performance.now();
    try {
      await consumeAsMember(context, stopping, () => {
        if (isAway) logger.info('Kafka is there again');
        isAway = false;
      });
    } catch (error) {
      // The log says it once, and not for each attempt.
      if (error instanceof TopicsGrownError) logger.info('topics have new partitions');
      else if (!isAway) logger.warn({ err: error }, 'lost Kafka; trying until it is there again');
      isAway ||= !(error instanceof TopicsGrownError);
    }
    if (performance.now() - beganAt > lastedMs) pauseMs = firstPauseMs;
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
    pauseMs = Math.min(2 * pauseMs, maxPauseMs);
  }
}

async function consumeAsMember(
  context: ConsumerContext,
  stopping: AbortSignal,
  onJoined: () => void,
): Promise<void> {
  const names = [topics.batches, ...context.boundTopics.names];
  const member = new GroupMember(context.connection, names);
  const reader = new RecordReader(context.connection, names);
  const broken = new AbortController();
  const ending = AbortSignal.any([stopping, member.failed, broken.signal]);
  const lanes = new StoreLanes(context, ending, (error) => broken.abort(error));
  const partitions = new AssignedPartitions(context, { member, reader, lanes });
  let commits: Promise<void> = Promise.resolve();
  try {
    await member.join();
    onJoined();
    context.membership.isMember = true;
    commits = commitWhile(partitions, ending, (error) => broken.abort(error));
    void endWithGrowth(member, ending, (error) => broken.abort(error));
    await Promise.race([partitions.read(ending), aborted(ending)]);
    if (!stopping.aborted) throw ending.reason;
  } finally {
    context.membership.isMember = false;
    if (!broken.signal.aborted) broken.abort();
    await lanes.drained();
    await commits;
    if (!member.failed.aborted) await partitions.commit().catch(() => {});
    await close(reader, stopping);
    await close(member, stopping);
  }
}

async function commitWhile(
  partitions: AssignedPartitions,
  ending: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  try {
    while (!ending.aborted) {
      await partitions.commit();
      await sleep(commitPauseMs, undefined, { signal: ending }).catch(() => {});
    }
  } catch (error) {
    onFailure(error);
  }
}

class TopicsGrownError extends Error {}

/** The partitions of a group are shared out when a member joins, and only then. Never rejects. */
async function endWithGrowth(
  member: GroupMember,
  ending: AbortSignal,
  onGrowth: (error: TopicsGrownError) => void,
): Promise<void> {
  const before = await member.sizes().catch(() => null);
  while (before !== null && !ending.aborted) {
    await sleep(growthPauseMs, undefined, { signal: ending }).catch(() => {});
    // While Kafka is away, heartbeats tell it.
    const now = ending.aborted ? null : await member.sizes().catch(() => null);
    for (const [topic, size] of now ?? [])
      if (size > (before.get(topic) ?? 0)) return onGrowth(new TopicsGrownError(topic));
  }
}

/**
 * A member that could not leave would go on as one once Kafka is back, and hold partitions that nobody reads. So it is
 * tried until it has left.
 */
async function close(client: { close(): Promise<void> }, stopping: AbortSignal): Promise<void> {
  const until = performance.now() + maxCloseMs;
  for (;;) {
    try {
      await Promise.race([
        client.close(),
        sleep(maxCloseMs, undefined, { ref: false }).then(() => {
          throw new Error('The client did not close in time.');
        }),
      ]);
      return;
    } catch {
      // The process ends, and its connections with it.
      if (stopping.aborted && performance.now() > until) return;
      await sleep(firstPauseMs);
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
