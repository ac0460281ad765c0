import type { Database } from '../connection/database.ts';
import { firstUuidAt } from './first-uuid-at.ts';

/** Batches that ended within a minute. */
export interface EndedBatches {
  startsAt: Date;
  batchesCompleted: number;
  batchesFailed: number;
  /** Completed rows of these batches. */
  rowsCompleted: number;
}

const hourMs = 3_600_000;
/** It is for operators, and must not take long from clients. */
const timeoutMs = 500;

/**
 * Batches that ended within the last hour, by the minute. There is no index on that time; so batches that arrived
 * more than two hours ago are left out, which the primary key tells.
 */
export async function readEndedBatches(database: Database): Promise<EndedBatches[]> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${timeoutMs}`);
    const result = await trx.raw<{ rows: EndedBatches[] }>(
      `SELECT date_trunc('minute', finished_at) AS "startsAt",
              count(*) FILTER (WHERE status = 'completed') AS "batchesCompleted",
              count(*) FILTER (WHERE status = 'failed') AS "batchesFailed",
              sum(completed_count)::bigint AS "rowsCompleted"
         FROM batches WHERE id >= ?::uuid AND finished_at > now() - interval '1 hour'
        GROUP BY 1`,
      [firstUuidAt(new Date(Date.now() - 2 * hourMs))],
    );
    return result.rows;
  });
}
