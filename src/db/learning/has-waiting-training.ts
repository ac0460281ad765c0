import type { Database } from '../connection/database.ts';
import { Training } from '../models/training.ts';

/** Whether a training that is older than the grace time is still open. */
export async function hasWaitingTraining(
  database: Database,
  graceSeconds: number,
): Promise<boolean> {
  const waiting = await Training.query(database)
    .where({ status: 'running' })
    .where('createdAt', '<', database.raw('now() - make_interval(secs => ?)', [graceSeconds]))
    .first()
    .select('id');
  return waiting !== undefined;
}
