import knexFactory, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import pg from 'pg';
import { traceStatements } from './trace-statements.ts';
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
  /** Refuses whatever would change something. */
  isReadOnly?: boolean;
  /** Ends a transaction whose client says nothing for so long, and with it the connection. */
  idleInTransactionMs?: number;
}

/** How long a request waits for a connection. With the database away it is answered with 503 after that. */
const connectTimeoutMs = 3_000;

/** No transaction pauses for seconds in normal operation: by then its process is stopped, or waits for a client. */
const defaultIdleInTransactionMs = 60_000;

/**
 * A host that vanishes says no farewell, and its transactions would hold their locks for the two hours after
 * which the server's system asks by itself. With these the server notices within a minute. They are no more
 * than wishes: a system that lacks one of them, and a connection over a Unix socket, go on without.
 */
const vanishedClientSettings = {
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
  // Keepalives are not sent while the server waits for the client to confirm what it has sent it.
  tcp_user_timeout: 60_000,
};

export function createDatabase(options: DatabaseOptions): Database {
  const watch = watchConnections(options.url);
  return knexFactory({
    client: 'pg',
    connection: {
      connectionString: options.url,
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout:
        options.idleInTransactionMs ?? defaultIdleInTransactionMs,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      options: toOptions({
        timezone: 'UTC',
        ...vanishedClientSettings,
        default_transaction_read_only: options.isReadOnly === true ? 'on' : 'off',
      }),
    },
    pool: {
      min: 0,
      max: options.poolSize,
      afterCreate: (connection: pg.Client, done: (error: null, connection: pg.Client) => void) => {
        watch(connection);
        traceStatements(connection);
        done(null, connection);
      },
    },
    acquireConnectionTimeout: connectTimeoutMs,
    // Knex would log each lost connection in lines that are not JSON. The query that used it throws the error anyway.
    log: { warn() {} },
    // snake_case in the database, camelCase in the code.
    ...knexSnakeCaseMappers(),
  });
}

/** Settings of a session in the form in which a connection takes them. */
const toOptions = (settings: Record<string, string | number>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
