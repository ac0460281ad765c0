import { heartbeat } from '@temporalio/activity';
import {
  findBatchesOfStatus,
  listUnfinishedBatches,
} from '../db/batches/list-unfinished-batches.ts';
import type { Batch } from '../db/models/batch.ts';
import { groupBatches } from '../domain/batch-group.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Batches looked at in one query. */
const pageSize = 500;
/** How many batches a sweep looks at, taking turns by API key. The next sweep, five minutes later, continues. */
const maxBatches = 20_000;
/** Calls to Temporal at a time. */
const concurrency = 16;

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
  const isRunning = (batch: Batch): Promise<boolean> => {
    const known = running.get(batch.workflowId);
    if (known !== undefined) return known;
    const asked = processing.isRunning(batch);
    if (batch.workflowId !== null) running.set(batch.workflowId, asked);
    return asked;
  };
  const alone = (batches: Batch[]) => batches.map((batch) => [batch]);
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

/** Does the step for each part into which `split` divides the batches. Returns the batches of the parts for which it returned true. */
async function forEachUnfinished(
  { database, sweepGraceSeconds }: ActivityDependencies,
  status: 'pending' | 'processing',
  split: (batches: Batch[]) => Batch[][],
  step: (batches: Batch[]) => Promise<boolean>,
): Promise<number> {
  const ids = await listUnfinishedBatches(database, status, sweepGraceSeconds, maxBatches);
  let count = 0;
  for (let page = 0; page < ids.length; page += pageSize) {
    // Others may have started, or ended, what was listed a minute ago.
    const pageIds = ids.slice(page, page + pageSize);
    const parts = split(await findBatchesOfStatus(database, pageIds, status));
    for (let start = 0; start < parts.length; start += concurrency) {
      const chunk = parts.slice(start, start + concurrency);
      const results = await Promise.all(chunk.map(step));
      count += chunk.flatMap((part, index) => (results[index] ? part : [])).length;
      heartbeat(count);
    }
  }
  return count;
}
