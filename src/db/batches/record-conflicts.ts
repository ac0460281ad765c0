import { maxListedConflicts } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import type { Transaction } from '../connection/database.ts';

/** Rows that are compared at once; those with the longest texts take 5 MB then. */
const maxRowsOfOneComparison = 1_000;

/**
 * Compares duplicates with the rows that are stored, and records those that differ. `indexes` are those
 * of the duplicates among the rows, the first of which is row `firstRow` of the batch. Returns how many differ.
 */
export async function recordConflicts(
  trx: Transaction,
  batchId: string,
  rows: readonly NewTransaction[],
  indexes: readonly number[],
  firstRow: number,
): Promise<number> {
  let conflictCount = 0;
  for (let start = 0; start < indexes.length; start += maxRowsOfOneComparison) {
    const duplicates = indexes
      .slice(start, start + maxRowsOfOneComparison)
      .map((index) => ({ ...rows[index], row: firstRow + index }));
    const result = await trx.raw<{ rows: { count: number }[] }>(
      'SELECT record_conflicts(?, ?, ?) AS count',
      [batchId, JSON.stringify(duplicates), maxListedConflicts],
    );
    conflictCount += result.rows[0]?.count ?? 0;
  }
  return conflictCount;
}
