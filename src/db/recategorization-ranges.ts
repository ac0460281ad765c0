import type { Database, Transaction } from './database.ts';

/** A range of ids of one run, by its first id. */
export interface RecategorizationRange {
  recategorizationId: string;
  firstId: number;
}

/** The first id of the range that is not done yet; the range's own first id where nobody has begun it. */
export async function beginRange(
  database: Database,
  { recategorizationId, firstId }: RecategorizationRange,
): Promise<number> {
  const key = { recategorization_id: recategorizationId, first_id: firstId };
  await database('recategorization_ranges')
    .insert({ ...key, next_id: firstId })
    .onConflict(['recategorization_id', 'first_id'])
    .ignore();
  const range = await database('recategorization_ranges').where(key).first<{ nextId: number }>();
  return range.nextId;
}

/**
 * Moves the range on, in the transaction of the rows themselves. False when another attempt has done so
 * already, whose rows these are then.
 */
export async function advanceRange(
  trx: Transaction,
  { recategorizationId, firstId }: RecategorizationRange,
  fromId: number,
  nextId: number,
): Promise<boolean> {
  const advanced = await trx('recategorization_ranges')
    .where({ recategorization_id: recategorizationId, first_id: firstId, next_id: fromId })
    .update({ next_id: nextId });
  return advanced > 0;
}

/** The accounts that have rows between two ids, both inclusive. */
export async function listAccountsBetween(
  database: Database,
  firstId: number,
  lastId: number,
): Promise<string[]> {
  return database('transactions')
    .where('id', '>=', firstId)
    .where('id', '<=', lastId)
    .distinct()
    .pluck('account_id');
}
