import type { Database } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

/** Bounds how many are sorted: they take a second, and are far more than a sweep starts. */
const maxConsidered = 1_000_000;

/**
 * Ids of the batches of a status that have been waiting since before the grace time, at most `limit`: of each
 * lineage of API keys the oldest, then of each the second, and so on. A key with 100,000 of them delays no other.
 */
export async function listUnfinishedBatches(
  database: Database,
  status: 'pending' | 'processing',
  graceSeconds: number,
  limit: number,
): Promise<string[]> {
  const since = status === 'pending' ? 'created_at' : 'started_at';
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `SELECT id
       FROM (SELECT oldest.id, oldest.created_at,
                    row_number() OVER (PARTITION BY lineage_id ORDER BY oldest.created_at, oldest.id) AS turn
               FROM (SELECT id, api_key_id, created_at FROM batches
                      WHERE status = ? AND ${since} < now() - make_interval(secs => ?)
                        -- Their rows are not stored yet: the consumer takes them from the topic of dead letters.
                        AND NOT EXISTS (SELECT FROM dead_letters WHERE batch_id = batches.id)
                      ORDER BY created_at, id LIMIT ?) AS oldest
               LEFT JOIN api_keys ON api_keys.id = api_key_id) AS unfinished
      ORDER BY turn, created_at, id LIMIT ?`,
    [status, graceSeconds, maxConsidered, limit],
  );
  return rows.map(({ id }) => id);
}

/** The batches that still have the status, in the order of the ids. */
export async function findBatchesOfStatus(
  database: Database,
  ids: readonly string[],
  status: 'pending' | 'processing',
): Promise<Batch[]> {
  const batches = await Batch.query(database)
    .findByIds(ids as string[])
    .where({ status });
  const indexes = new Map(ids.map((id, index) => [id, index]));
  return batches.toSorted(
    (one, other) => Number(indexes.get(one.id)) - Number(indexes.get(other.id)),
  );
}
