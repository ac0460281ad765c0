import type { Database } from '../connection/database.ts';

/** What is stored and not processed yet. */
export interface Backlog {
  pendingCount: number;
  processingCount: number;
  /** Rows of these batches that are not completed. */
  transactionCount: number;
  /** When the oldest of these batches was stored; null where there is none. */
  oldestAt: Date | null;
  /** The age of that batch, by the database's clock. */
  oldestSeconds: number;
}

/** Batches of a status that are counted. Far more than this need attention in the same way, and would take longer to count. */
export const maxCounted = 100_000;

/** The backlog is for operators. What it takes from clients is bounded, also when the database is busy. */
const timeoutMs = 500;

const oldestOfStatus = (status: 'pending' | 'processing') =>
  `(SELECT status, transaction_count, completed_count, created_at
      FROM batches WHERE status = '${status}' ORDER BY id LIMIT ${maxCounted})`;

/** Counts the batches that are open, at most `maxCounted` of each status, the oldest first. */
export async function readBacklog(database: Database): Promise<Backlog> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${timeoutMs}`);
    const result = await trx.raw<{ rows: Backlog[] }>(
      `SELECT count(*) FILTER (WHERE status = 'pending') AS "pendingCount",
              count(*) FILTER (WHERE status = 'processing') AS "processingCount",
              coalesce(sum(transaction_count - completed_count), 0)::bigint AS "transactionCount",
              min(created_at) AS "oldestAt",
              coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
         FROM (${oldestOfStatus('pending')} UNION ALL ${oldestOfStatus('processing')}) AS open`,
    );
    return result.rows[0] as Backlog;
  });
}
