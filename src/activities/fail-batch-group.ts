import { Batch } from '../db/models/batch.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failBatch } from './fail-batch.ts';
import { failRows } from './fail-rows.ts';

/** Marks those of the batches failed that the run still holds, or has not come to begin. */
export async function failBatchGroup(
  dependencies: ActivityDependencies,
  { batchIds, workflowId, reason }: { batchIds: string[]; workflowId: string; reason: string },
): Promise<void> {
  const held = await Batch.query(dependencies.database)
    .findByIds(batchIds)
    .where((builder) =>
      builder.where({ status: 'pending' }).orWhere({ status: 'processing', workflowId }),
    );
  for (const { id } of held) {
    await failBatch(dependencies, { batchId: id, reason });
    await failRows(dependencies, { batchId: id });
  }
}
