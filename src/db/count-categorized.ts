import type { Transaction } from './database.ts';

/** A completed row of a batch whose category changes; null is none. */
export interface CategoryChange {
  batchId: string;
  before: number | null;
  after: number | null;
}

/**
 * Lets the batches' counts of categorized rows follow what changes in the same transaction. Rows that
 * are not completed are none of its business: they are counted when they are.
 */
export async function countCategorized(
  trx: Transaction,
  changes: readonly CategoryChange[],
): Promise<void> {
  const deltas = new Map<string, number>();
  for (const { batchId, before, after } of changes) {
    const delta = Number(after !== null) - Number(before !== null);
    deltas.set(batchId, (deltas.get(batchId) ?? 0) + delta);
  }
  const changed = [...deltas].filter(([, delta]) => delta !== 0);
  if (changed.length === 0) return;
  const ids = changed.map(([id]) => id);
  // In a certain order, so that two who change several batches never wait for each other.
  await trx('batches').whereIn('id', ids).orderBy('id').forNoKeyUpdate().select('id');
  await trx.raw(
    `UPDATE batches SET categorized_count = categorized_count + v.delta
       FROM unnest(?::uuid[], ?::integer[]) AS v (id, delta) WHERE batches.id = v.id`,
    [ids, changed.map(([, delta]) => delta)],
  );
}
