import { manualSource } from '../../domain/category-match.ts';
import type { Transaction } from '../connection/database.ts';

/** A row that is given another decision: who decided it before, and who does now. */
export interface SourceChange {
  before: string | null;
  after: string | null;
}

/** Records how many rows are no longer set by hand, so that a training unlearns what they taught. */
export async function recordRemovedLabels(
  trx: Transaction,
  changes: readonly SourceChange[],
): Promise<void> {
  const removed = changes.filter(
    ({ before, after }) => before === manualSource && after !== manualSource,
  );
  if (removed.length > 0) await trx('removed_labels').insert({ row_count: removed.length });
}
