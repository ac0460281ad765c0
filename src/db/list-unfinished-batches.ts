import type { Database } from './database.ts';
import { Batch } from './models/batch.ts';

/** Batches of a status, oldest first, that have been waiting since before the grace time. */
export async function listUnfinishedBatches(
  database: Database,
  status: 'pending' | 'processing',
  graceSeconds: number,
  afterId: string | null,
  limit: number,
): Promise<Batch[]> {
  const since = status === 'pending' ? 'createdAt' : 'startedAt';
  return Batch.query(database)
    .where({ status })
    .where(since, '<', database.raw('now() - make_interval(secs => ?)', [graceSeconds]))
    .modify((builder) => {
      if (afterId !== null) builder.where('id', '>', afterId);
    })
    .orderBy('id')
    .limit(limit);
}
