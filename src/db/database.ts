import knexFactory, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import pg from 'pg';
import { watchConnections } from './watch-connections.ts';

/** Calendar dates stay text: a Date would drag them through the time zone of the process. */
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
/** Ids and counts stay far below 2^53, and numbers are what JSON and callers want. `numeric` stays text. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Database = Knex;
export type Transaction = Knex.Transaction;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Ends a statement that runs away; 0 for none. */
  statementTimeoutMs: number;
}

/** Longest wait for a connection; with the database away a request is answered within it (503). */
const connectTimeoutMs = 3_000;

export function createDatabase(options: DatabaseOptions): Database {
  const watch = watchConnections(options.url);
  return knexFactory({
    client: 'pg',
    connection: {
      connectionString: options.url,
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      options: '-c timezone=UTC',
    },
    pool: {
      min: 0,
      max: options.poolSize,
      afterCreate: (connection: pg.Client, done: (error: null, connection: pg.Client) => void) => {
        watch(connection);
        done(null, connection);
      },
    },
    acquireConnectionTimeout: connectTimeoutMs,
    // Knex tells of each connection that was lost, in lines that are not JSON; whoever used it gets the error.
    log: { warn() {} },
    // snake_case in the database, camelCase in the code.
    ...knexSnakeCaseMappers(),
  });
}
