import type { Database } from './database.ts';
import type { TransactionRange } from './transaction-range.ts';

export interface OpenTransaction {
  id: number;
  accountId: string;
  merchantName: string | null;
  description: string | null;
}

/** The rows of the range that are not completed, in the order of their ids. */
export async function loadOpenTransactions(
  database: Database,
  range: TransactionRange,
): Promise<OpenTransaction[]> {
  return database('transactions')
    .where('batch_id', range.batchId)
    .whereBetween('id', [range.firstId, range.lastId])
    .where('ingestion_status', '<>', 'completed')
    .orderBy('id')
    .select<OpenTransaction[]>({
      id: 'id',
      accountId: 'account_id',
      merchantName: 'merchant_name',
      description: 'description',
    });
}
