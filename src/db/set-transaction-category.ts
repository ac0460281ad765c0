import type { Status } from '../domain/status.ts';
import type { Database } from './database.ts';

export type CategoryAssignment =
  | { outcome: 'set'; accountId: string }
  | { outcome: 'no_transaction' }
  | { outcome: 'no_category' };

/**
 * Sets the category of one row by hand, where null means "none, by hand"; processing keeps it. The
 * batch's count of categorized rows follows in the same transaction.
 *
 * Locks in the order of everyone else who assigns categories: category, row, batch.
 */
export async function setTransactionCategory(
  database: Database,
  id: number,
  categoryId: number | null,
): Promise<CategoryAssignment> {
  return database.transaction(async (trx) => {
    if (categoryId !== null) {
      const category = await trx('categories').where({ id: categoryId }).forKeyShare().first('id');
      if (category === undefined) return { outcome: 'no_category' };
    }
    const row = await trx('transactions').where({ id }).forNoKeyUpdate().first<{
      accountId: string;
      batchId: string;
      categoryId: number | null;
      storedStatus: Status;
    }>({
      accountId: 'account_id',
      batchId: 'batch_id',
      categoryId: 'category_id',
      storedStatus: 'ingestion_status',
    });
    if (row === undefined) return { outcome: 'no_transaction' };
    await trx('transactions').where({ id }).update({
      category_id: categoryId,
      category_source: 'manual',
      matched_pattern_id: null,
      matched_field: null,
    });
    // Rows that are not completed are counted when they are.
    const change = Number(categoryId !== null) - Number(row.categoryId !== null);
    if (row.storedStatus === 'completed' && change !== 0)
      await trx('batches').where({ id: row.batchId }).increment('categorized_count', change);
    return { outcome: 'set', accountId: row.accountId };
  });
}
