import type { ConflictField } from '../../domain/transaction.ts';
import type { Database } from '../connection/database.ts';
import type { Batch } from '../models/batch.ts';

export interface BatchConflict {
  /** The row's index in the body, from 0 on. */
  rowIndex: number;
  accountId: string;
  transactionId: string;
  /** The batch of the row that is stored. */
  storedBatchId: string;
  /** The fields that differ from the stored row. */
  fields: ConflictField[];
}

/** The first conflicts of a batch, in the order of its body. */
export async function listBatchConflicts(
  database: Database,
  batch: Pick<Batch, 'id' | 'conflictCount'>,
): Promise<BatchConflict[]> {
  // Nearly all batches have none, which needs no query.
  if (batch.conflictCount === 0) return [];
  return database('batch_conflicts')
    .where({ batch_id: batch.id })
    .orderBy('row_index')
    .select<BatchConflict[]>(
      'row_index',
      'account_id',
      'transaction_id',
      'stored_batch_id',
      'fields',
    );
}
