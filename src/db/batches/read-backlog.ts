import { maxCountedBatches } from '../../domain/limits.ts';
import type { Database } from '../connection/database.ts';

/** How much is stored and not processed yet. */
export interface OpenCounts {
  /** Batches, at most `maxCountedBatches` of each status. */
  pendingCount: number;
  processingCount: number;
  /** Rows of the counted batches that are not completed. */
  transactionCount: number;
}

/** Of the batches that are stored and not processed yet, the one that waits for longest. */
export interface OldestOpenBatch {
  /** Null where no batch is open. */
  createdAt: Date | null;
  /** For how long it has waited for workers, by the database's clock; 0 where no batch is open. */
  seconds: number;
}

/** The backlog is for operators. What it takes from clients is bounded, also when the database is busy. */
const timeoutMs = 500;

/** The batch that waits for longest, found at once by an index however many wait. */
export async function readOldestOpenBatch(database: Database): Promise<OldestOpenBatch> {
  const [oldest] = await readRows<OldestOpenBatch>(
    database,
    `SELECT created_at AS "createdAt", extract(epoch FROM clock_timestamp() - pending_since)::float8 AS seconds
       FROM batches WHERE finished_at IS NULL ORDER BY pending_since LIMIT 1`,
  );
  return oldest ?? { createdAt: null, seconds: 0 };
}

const oldestOfStatus = (status: 'pending' | 'processing') =>
  `(SELECT status, transaction_count, completed_count
      FROM batches WHERE status = '${status}' ORDER BY created_at, id LIMIT ${maxCountedBatches})`;

/** Counts the batches that are open, of each status the oldest ones. */
export async function countOpenBatches(database: Database): Promise<OpenCounts> {
  const [counts] = await readRows<OpenCounts>(
    database,
    `SELECT count(*) FILTER (WHERE status = 'pending') AS "pendingCount",
            count(*) FILTER (WHERE status = 'processing') AS "processingCount",
            coalesce(sum(transaction_count - completed_count), 0)::bigint AS "transactionCount"
       FROM (${oldestOfStatus('pending')} UNION ALL ${oldestOfStatus('processing')}) AS open`,
  );
  return counts as OpenCounts;
}

function readRows<Row>(database: Database, statement: string): Promise<Row[]> {
  return database.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${timeoutMs}`);
    return (await trx.raw<{ rows: Row[] }>(statement)).rows;
  });
}
