import type { Database } from '../connection/database.ts';

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
