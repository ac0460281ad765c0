import { beginBatch } from './begin-batch.ts';
import { categorizeRange } from './categorize-range.ts';
import { completeBatch } from './complete-batch.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The three steps of a small batch in one activity: mark processing, categorize all rows, mark completed. */
export async function processWholeBatch(
  dependencies: ActivityDependencies,
  { batchId, runId }: { batchId: string; runId: string },
): Promise<{ completedCount: number; categorizedCount: number }> {
  const { firstId, lastId } = await beginBatch(dependencies, { batchId, runId });
  if (firstId <= lastId) await categorizeRange(dependencies, { batchId, firstId, lastId });
  return completeBatch(dependencies, { batchId });
}
