import type { Database, Transaction } from '../connection/database.ts';

/** Identifies a range of ids of one run by its first id. */
export interface RecategorizationRange {
  recategorizationId: string;
  firstId: number;
}

/** Stores the range, unless an earlier attempt has done so. Returns its first id that is not done yet. */
export async function beginRange(
  database: Database,
  range: RecategorizationRange,
): Promise<number> {
  await database('recategorization_ranges')
    .insert({ ...keyOf(range), next_id: range.firstId })
    .onConflict(['recategorization_id', 'first_id'])
    .ignore();
  return nextIdOf(database, range);
}

/** The first id of a stored range that is not done yet. */
export async function nextIdOf(database: Database, range: RecategorizationRange): Promise<number> {
  const stored = await database('recategorization_ranges')
    .where(keyOf(range))
    .first<{ nextId: number }>('next_id');
  return stored.nextId;
}

/**
 * Records how far the range is done, in the transaction that changes the rows. False when another attempt has
 * done so, and has changed these rows.
 */
export async function advanceRange(
  trx: Transaction,
  range: RecategorizationRange,
  fromId: number,
  nextId: number,
): Promise<boolean> {
  const advanced = await trx('recategorization_ranges')
    .where({ ...keyOf(range), next_id: fromId })
    .update({ next_id: nextId });
  return advanced > 0;
}

const keyOf = ({ recategorizationId, firstId }: RecategorizationRange) => ({
  recategorization_id: recategorizationId,
  first_id: firstId,
});
