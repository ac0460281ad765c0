import type { Database } from '../connection/database.ts';

export interface FoundTransaction {
  id: number;
  merchantName: string | null;
  description: string | null;
  isCompleted: boolean;
}

/** The texts by which patterns decide about rows. Leaves out ids of rows that don't exist. */
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
