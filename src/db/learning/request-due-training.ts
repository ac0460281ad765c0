import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { createTraining } from './create-training.ts';
import { worker } from './worker-actor.ts';

/** New labels that are worth a training at once. Fewer wait for a day to pass. */
const manyLabels = 50;

/**
 * Requests a training if people have labelled enough since the last one: 50 rows, or any and the last training is
 * older than a day. While a training is open, it requests none.
 */
export async function requestDueTraining(database: Database): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.learnedVersions})`);
    const { rows } = await trx.raw<{ rows: { isDue: boolean }[] }>(
      `WITH last AS (
         SELECT coalesce(max(started_at), '-infinity') AS at, bool_or(status = 'running') AS is_open FROM trainings
       ), new AS (
         SELECT count(*) AS count
           FROM (SELECT FROM labels, last WHERE labelled_at > last.at LIMIT ${manyLabels}) AS newest
       )
       SELECT is_open IS NOT TRUE
              AND (new.count >= ${manyLabels} OR (new.count > 0 AND last.at < now() - interval '1 day')) AS "isDue"
         FROM last, new`,
    );
    if (rows[0]?.isDue) await createTraining(trx, worker, 'schedule');
  });
}
