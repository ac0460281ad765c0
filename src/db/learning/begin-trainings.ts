import type { Database } from '../connection/database.ts';

/** Trainings that are done together. Others follow. */
const maxTogether = 1_000;

/** Marks the oldest open trainings as started, and returns their ids. Labels must be read after this. */
export async function beginTrainings(database: Database): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `UPDATE trainings SET started_at = coalesce(started_at, now())
      WHERE id IN (SELECT id FROM trainings WHERE status = 'running' ORDER BY id LIMIT ${maxTogether})
        AND status = 'running'
      RETURNING id`,
  );
  return rows.map(({ id }) => id).sort();
}
