import { maxRequestMs } from '../../domain/limits.ts';
import { createDatabase, type Database } from './database.ts';

/**
 * The connections of an API process, in three pools, so that no use of the database can take them away
 * from another: whoever reads a lot, or exports slowly, waits for others who do the same.
 */
export interface ApiPools {
  /** Connections for batches, changes, credentials and health. */
  database: Database;
  /** Connections for reports, statuses, lists and everything else that only reads. */
  readDatabase: Database;
  /** Connections for exports, each of which holds one for as long as its client reads. */
  exportDatabase: Database;
}

export interface ApiPoolOptions {
  url: string;
  poolSize: number;
  readPoolSize: number;
  exportPoolSize: number;
  /** How long a read may take. */
  readTimeoutMs?: number;
  /** How long a transaction that captures rows may wait for the next ones. */
  streamIdleMs?: number;
}

/** An import of 50,000 patterns takes some seconds, and may have to wait for another one. */
const changeTimeoutMs = 30_000;
/**
 * A stream of rows keeps its transaction open while its client sends them, which may be slow. Nothing that a
 * request does takes longer; only a process that no longer answers does, with connections that are alive.
 */
const defaultStreamIdleMs = maxRequestMs + 60_000;
/** The slowest report takes two seconds; somebody who has waited for longer than this asks again. */
const defaultReadTimeoutMs = 15_000;

export function createApiPools({
  url,
  poolSize,
  readPoolSize,
  exportPoolSize,
  readTimeoutMs = defaultReadTimeoutMs,
  streamIdleMs = defaultStreamIdleMs,
}: ApiPoolOptions): ApiPools {
  return {
    database: createDatabase({
      url,
      poolSize,
      applicationName: 'tallyflow-api',
      statementTimeoutMs: changeTimeoutMs,
      idleInTransactionMs: streamIdleMs,
    }),
    readDatabase: createDatabase({
      url,
      poolSize: readPoolSize,
      applicationName: 'tallyflow-api-reads',
      statementTimeoutMs: readTimeoutMs,
      isReadOnly: true,
    }),
    exportDatabase: createDatabase({
      url,
      poolSize: exportPoolSize,
      applicationName: 'tallyflow-api-exports',
      statementTimeoutMs: readTimeoutMs,
      isReadOnly: true,
    }),
  };
}

export async function closeApiPools(pools: ApiPools): Promise<void> {
  await Promise.all([
    pools.database.destroy(),
    pools.readDatabase.destroy(),
    pools.exportDatabase.destroy(),
  ]);
}
