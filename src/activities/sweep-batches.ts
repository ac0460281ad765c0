import { heartbeat } from '@temporalio/activity';
import { listUnfinishedBatches } from '../db/list-unfinished-batches.ts';
import { groupBatches } from '../domain/batch-group.ts';
import type { ActivityDependencies } from './create-activities.ts';

/** Batches looked at in one query. */
const pageSize = 500;
/** Most batches one sweep starts; the next, five minutes later, goes on. */
const maxBatches = 20_000;
/** Calls to Temporal at a time. */
const concurrency = 16;

type UnfinishedBatch = Awaited<ReturnType<typeof listUnfinishedBatches>>[number];

/**
 * Starts every batch that has been pending beyond the grace time, small ones together, and every
 * "processing" one whose workflow is no longer open: it was terminated or timed out, which no workflow
 * code can notice.
 */
export async function sweepBatches(
  dependencies: ActivityDependencies,
): Promise<{ startedCount: number; repairedCount: number }> {
  const { processing } = dependencies;
  const startedCount = await forEachUnfinished(dependencies, 'pending', groupBatches, (group) =>
    processing.start(group).then(() => true),
  );
  // Many batches of a group have the same workflow.
  const running = new Map<string | null, Promise<boolean>>();
  const isRunning = (batch: UnfinishedBatch): Promise<boolean> => {
    const known = running.get(batch.workflowId);
    if (known !== undefined) return known;
    const asked = processing.isRunning(batch);
    if (batch.workflowId !== null) running.set(batch.workflowId, asked);
    return asked;
  };
  const alone = (batches: UnfinishedBatch[]) => batches.map((batch) => [batch]);
  const repairedCount = await forEachUnfinished(
    dependencies,
    'processing',
    alone,
    async (batches) => {
      for (const batch of batches) {
        if (await isRunning(batch)) return false;
      }
      await processing.start(batches);
      return true;
    },
  );
  return { startedCount, repairedCount };
}

/** Returns for how many batches the step said true, to which they come as `split` has parted them. */
async function forEachUnfinished(
  { database, sweepGraceSeconds }: ActivityDependencies,
  status: 'pending' | 'processing',
  split: (batches: UnfinishedBatch[]) => UnfinishedBatch[][],
  step: (batches: UnfinishedBatch[]) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  let afterId: string | null = null;
  for (let seen = 0; seen < maxBatches; ) {
    const batches = await listUnfinishedBatches(
      database,
      status,
      sweepGraceSeconds,
      afterId,
      pageSize,
    );
    const parts = split(batches);
    for (let start = 0; start < parts.length; start += concurrency) {
      const chunk = parts.slice(start, start + concurrency);
      const results = await Promise.all(chunk.map(step));
      count += chunk.flatMap((part, index) => (results[index] ? part : [])).length;
      heartbeat(count);
    }
    if (batches.length < pageSize) break;
    afterId = batches.at(-1)?.id ?? null;
    seen += batches.length;
  }
  return count;
}
