import type { Database } from '../connection/database.ts';

/** The names of those of the categories that exist, by their ids. */
export async function categoryNames(
  database: Database,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await database('categories')
    .whereRaw('id = ANY (?)', [ids as number[]])
    .select<{ id: number; name: string }[]>('id', 'name');
  return new Map(rows.map(({ id, name }) => [id, name]));
}
