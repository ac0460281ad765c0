import type { Database } from './database.ts';
import { findTransaction, type TransactionRow } from './list-transactions.ts';

export type CategoryAssignment =
  | { outcome: 'set'; before: TransactionRow }
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
    await trx('transactions').where({ id }).forNoKeyUpdate().first('id');
    const before = await findTransaction(trx, id);
    if (before === null) return { outcome: 'no_transaction' };
    await trx('transactions').where({ id }).update({
      category_id: categoryId,
      category_source: 'manual',
      matched_pattern_id: null,
      matched_field: null,
    });
    // Rows that are not completed are counted when they are.
    const change = Number(categoryId !== null) - Number(before.categoryId !== null);
    if (before.storedStatus === 'completed' && change !== 0)
      await trx('batches').where({ id: before.batchId }).increment('categorized_count', change);
    return { outcome: 'set', before };
  });
}
