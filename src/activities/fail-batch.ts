import { heartbeat } from '@temporalio/activity';
import { failOpenTransactions } from '../db/fail-open-transactions.ts';
import { markBatchFailed } from '../db/mark-batch.ts';
import { Batch } from '../db/models/batch.ts';
import type { ActivityDependencies } from './create-activities.ts';

/** Rows marked in one statement: well below a second. */
const rowsPerStatement = 20_000;

/** Marks the batch failed, and then those of its rows that were not completed. */
export async function failBatch(
  { database }: ActivityDependencies,
  { batchId, reason }: { batchId: string; reason: string },
): Promise<void> {
  await markBatchFailed(database, batchId, reason);
  const batch = await Batch.query(database).findById(batchId);
  if (
    batch?.status !== 'failed' ||
    batch.firstTransactionId === null ||
    batch.lastTransactionId === null
  )
    return;
  for (
    let firstId = batch.firstTransactionId;
    firstId <= batch.lastTransactionId;
    firstId += rowsPerStatement
  ) {
    const lastId = Math.min(firstId + rowsPerStatement - 1, batch.lastTransactionId);
    await failOpenTransactions(database, { batchId, firstId, lastId });
    heartbeat(lastId);
  }
}
