import { heartbeat } from '@temporalio/activity';
import { Batch } from '../db/models/batch.ts';
import { failOpenTransactions } from '../db/transactions/fail-open-transactions.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Rows marked in one statement: well below a second. */
const rowsPerStatement = 20_000;

/** Marks those rows of a failed batch that were not completed; stops when the batch is retried meanwhile. */
export async function failRows(
  { database }: ActivityDependencies,
  { batchId }: { batchId: string },
): Promise<void> {
  let firstId = 0;
  for (;;) {
    const batch = await Batch.query(database).findById(batchId);
    if (batch?.status !== 'failed') return;
    firstId = Math.max(firstId, batch.firstTransactionId ?? 1);
    const end = batch.lastTransactionId ?? 0;
    if (firstId > end) return;
    const lastId = Math.min(firstId + rowsPerStatement - 1, end);
    await failOpenTransactions(database, { batchId, firstId, lastId });
    heartbeat(lastId);
    firstId = lastId + 1;
  }
}
