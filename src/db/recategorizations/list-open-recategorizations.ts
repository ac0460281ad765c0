import type { Database } from '../connection/database.ts';
import { Recategorization } from '../models/recategorization.ts';

/** Ids of the open runs that are older than the grace time, the oldest first. */
export async function listOpenRecategorizations(
  database: Database,
  graceSeconds: number,
): Promise<string[]> {
  const runs = await Recategorization.query(database)
    .whereIn('status', ['pending', 'processing'])
    .where('createdAt', '<', database.raw('now() - make_interval(secs => ?)', [graceSeconds]))
    .orderBy('id')
    .select('id');
  return runs.map(({ id }) => id);
}
