import type { Database } from '../connection/database.ts';
import type { TransactionRange } from './transaction-range.ts';

/** Rows of the range that are not completed → failed. */
export async function failOpenTransactions(
  database: Database,
  range: TransactionRange,
): Promise<void> {
  await database('transactions')
    .where('batch_id', range.batchId)
    .whereBetween('id', [range.firstId, range.lastId])
    .where('ingestion_status', '<>', 'completed')
    .update({ ingestion_status: 'failed' });
}
