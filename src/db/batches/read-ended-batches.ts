import type { Database } from '../connection/database.ts';

/** Batches that ended within a minute. */
export interface EndedBatches {
  startsAt: Date;
  batchesCompleted: number;
  batchesFailed: number;
  /** Completed rows of these batches. */
  rowsCompleted: number;
}

/** It is for operators, and must not take long from clients. */
const timeoutMs = 500;

/**
 * Batches that ended within the last hour, by the minute. There is no index on that time; so batches that arrived
 * more than two hours ago are left out, for which there is one.
 */
export async function readEndedBatches(database: Database): Promise<EndedBatches[]> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${timeoutMs}`);
    const result = await trx.raw<{ rows: EndedBatches[] }>(
      `SELECT date_trunc('minute', finished_at) AS "startsAt",
              count(*) FILTER (WHERE status = 'completed') AS "batchesCompleted",
              count(*) FILTER (WHERE status = 'failed') AS "batchesFailed",
              sum(completed_count)::bigint AS "rowsCompleted"
         FROM batches WHERE created_at >= now() - interval '2 hours' AND finished_at > now() - interval '1 hour'
        GROUP BY 1`,
    );
    return result.rows;
  });
}
