import type { Database } from '../connection/database.ts';

export interface FoundTransaction {
  id: number;
  merchantName: string | null;
  description: string | null;
  isCompleted: boolean;
}

/** The texts of these rows that patterns decide by, as far as there are such rows. */
export async function findCategorizable(
  database: Database,
  ids: readonly number[],
): Promise<FoundTransaction[]> {
  return database('transactions')
    .whereIn('id', ids)
    .select<FoundTransaction[]>(
      'id',
      'merchantName',
      'description',
      database.raw(`ingestion_status = 'completed' AS "isCompleted"`),
    );
}
