import type { Database } from '../connection/database.ts';
import { Recategorization } from '../models/recategorization.ts';

/** Ids of the runs, oldest first, that have not ended and were asked for before the grace time. */
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
