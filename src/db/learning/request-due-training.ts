import { manyLabels } from '../../domain/training.ts';
import { worker } from '../audit/worker-actor.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { createTraining } from './create-training.ts';

/**
 * Requests a training if people have labelled enough, or taken enough labels back, since the last one: 50 rows, or any
 * and the last training is older than a day. A failed training has learned nothing, so its labels still count a day
 * later. Once a person has made a version live, only what was labelled after that counts. While a training is open, it requests none.
 */
export async function requestDueTraining(database: Database): Promise<void> {
  await database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.learnedVersions})`);
    const { rows } = await trx.raw<{ rows: { isDue: boolean }[] }>(
      `WITH last AS (
         SELECT coalesce(max(started_at), '-infinity') AS begun_at,
                greatest(max(started_at) FILTER (WHERE status <> 'failed'), max(chosen_at), '-infinity') AS learned_at,
                bool_or(status = 'running') AS is_open
           FROM categorizer_state LEFT JOIN trainings ON true
       )
       SELECT is_open IS NOT TRUE
              AND (${changedRows('greatest(begun_at, learned_at)')} >= ${manyLabels}
                   OR (begun_at < now() - interval '1 day' AND ${changedRows('learned_at')} > 0)) AS "isDue"
         FROM last`,
    );
    if (rows[0]?.isDue) await createTraining(trx, worker, 'schedule');
  });
}

/** The SQL that counts rows whose label was given or taken back after a time. It stops at what is enough. */
const changedRows = (since: string): string =>
  `((SELECT count(*) FROM (SELECT FROM labels WHERE labelled_at > ${since} LIMIT ${manyLabels}) AS given)
    + (SELECT coalesce(sum(row_count), 0) FROM removed_labels WHERE removed_at > ${since}))`;
