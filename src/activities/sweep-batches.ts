import { heartbeat } from '@temporalio/activity';
import { listUnfinishedBatches } from '../db/list-unfinished-batches.ts';
import type { ActivityDependencies } from './create-activities.ts';

/** Batches looked at in one query. */
const pageSize = 500;
/** Most batches one sweep starts; the next, five minutes later, goes on. */
const maxBatches = 20_000;
/** Calls to Temporal at a time. */
const concurrency = 16;

/**
 * Starts every batch that has been pending beyond the grace time, and every "processing" one whose
 * workflow is no longer open: it was terminated or timed out, which no workflow code can notice.
 */
export async function sweepBatches(
  dependencies: ActivityDependencies,
): Promise<{ startedCount: number; repairedCount: number }> {
  const { processing } = dependencies;
  const startedCount = await forEachUnfinished(dependencies, 'pending', async (batch) => {
    await processing.start(batch);
    return true;
  });
  const repairedCount = await forEachUnfinished(dependencies, 'processing', async (batch) => {
    if (await processing.isRunning(batch.id)) return false;
    await processing.start(batch);
    return true;
  });
  return { startedCount, repairedCount };
}

/** Returns for how many batches the step said true. */
async function forEachUnfinished(
  { database, sweepGraceSeconds }: ActivityDependencies,
  status: 'pending' | 'processing',
  step: (batch: {
    id: string;
    transactionCount: number;
    requestId: string | null;
  }) => Promise<boolean>,
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
    for (let start = 0; start < batches.length; start += concurrency) {
      const results = await Promise.all(batches.slice(start, start + concurrency).map(step));
      count += results.filter(Boolean).length;
      heartbeat(count);
    }
    if (batches.length < pageSize) break;
    afterId = batches.at(-1)?.id ?? null;
    seen += batches.length;
  }
  return count;
}
