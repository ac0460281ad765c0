import { mkdir } from 'node:fs/promises';
import type { TemporalSecurity } from '../../temporal/connection.ts';
import type { Child } from '../processes/child-process.ts';
import { type NamedPort, reservePorts } from '../processes/ports.ts';
import type { Supervised } from '../processes/supervise.ts';
import { startPostgres } from './embedded-postgres.ts';
import { findTemporal, temporalMissing } from './find-temporal.ts';
import { findRedis, startRedis } from './redis-server.ts';
import { registerSearchAttributes } from './register-search-attributes.ts';
import type { ServerStart } from './server-start.ts';
import { superviseServer } from './supervise-server.ts';
import { startTemporal } from './temporal-server.ts';

export interface ServersOptions {
  /** The directory for the data and the logs of the servers. */
  dataDir: string;
  /** The default, 0, picks a free port. */
  postgresPort?: number;
  temporalPort?: number;
  temporalUiPort?: number;
  redisPort?: number;
  temporalCli?: string | undefined;
  temporalNamespace?: string;
  /** If set, these servers are used, and none is started in their place. */
  databaseUrl?: string | undefined;
  temporalAddress?: string | undefined;
  temporalSecurity?: TemporalSecurity;
  redisUrl?: string | undefined;
  log?: (message: string) => void;
  /** Aborts the start, and stops what has started. */
  signal?: AbortSignal | undefined;
}

export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  /** Undefined if the environment names a Temporal server, since the address of its UI is unknown. */
  temporalUiUrl: string | undefined;
  /** Undefined if there is no Redis. Each process then caches in its own memory. */
  redisUrl: string | undefined;
  /** Resolves when a server has been restarted too often. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/** The ports of the servers to start. A server that the environment names needs none. */
export function serverPorts(options: ServersOptions): NamedPort[] {
  const postgres = [{ variable: 'POSTGRES_PORT', port: options.postgresPort ?? 0, host }];
  const temporal = [
    { variable: 'TEMPORAL_PORT', port: options.temporalPort ?? 0, host },
    { variable: 'TEMPORAL_UI_PORT', port: options.temporalUiPort ?? 0, host },
  ];
  const redis = [{ variable: 'REDIS_PORT', port: options.redisPort ?? 0, host }];
  return [
    ...(options.databaseUrl ? [] : postgres),
    ...(options.temporalAddress ? [] : temporal),
    ...(options.redisUrl ? [] : redis),
  ];
}

/**
 * Starts PostgreSQL, Temporal and Redis in the data directory, on loopback, and resolves once all are ready. If one
 * fails to start, the others are stopped and its error is thrown. A server that dies later is restarted on the same
 * port and with the same data.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { dataDir, databaseUrl, redisUrl, signal, log = () => {} } = options;
  const namespace = options.temporalNamespace ?? 'default';
  const temporalBinary = options.temporalAddress ? undefined : findTemporal(options);
  if (!options.temporalAddress && !temporalBinary) throw new Error(temporalMissing);
  const redisBinary = redisUrl ? undefined : findRedis();
  if (!redisUrl && !redisBinary) {
    log(
      '  Neither redis-server nor valkey-server is on the PATH: each process caches in its own memory.',
    );
  }
  const ports = await reservePorts(serverPorts(options));
  await mkdir(dataDir, { recursive: true });

  const supervised: Supervised[] = [];
  const start = async <Started extends { child: Child }>(
    name: string,
    portVariable: string,
    startServer: (common: ServerStart) => Promise<Started>,
  ): Promise<Started> => {
    const common = { dataDir, port: ports[portVariable] ?? 0, log, signal };
    const server = await superviseServer(name, common, startServer);
    supervised.push(server);
    return server.started;
  };
  const stop = async () => {
    await Promise.all(supervised.map((server) => server.stop()));
  };

  const postgres = databaseUrl ? undefined : start('PostgreSQL', 'POSTGRES_PORT', startPostgres);
  const temporal = temporalBinary
    ? start('Temporal', 'TEMPORAL_PORT', (common) => {
        const uiPort = ports.TEMPORAL_UI_PORT ?? 0;
        return startTemporal({ ...common, binary: temporalBinary, uiPort, namespace });
      })
    : undefined;
  const redis = redisBinary
    ? start('Redis', 'REDIS_PORT', (common) => startRedis({ ...common, binary: redisBinary }))
    : undefined;

  try {
    // Wait for every start, even if another has failed, so that none is left running.
    const outcomes = await Promise.allSettled([postgres, temporal, redis]);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
    const temporalAddress = options.temporalAddress ?? (await temporal)?.address ?? '';
    await registerSearchAttributes(temporalAddress, namespace, options.temporalSecurity);
    return {
      databaseUrl: databaseUrl ?? (await postgres)?.url ?? '',
      temporalAddress,
      temporalUiUrl: (await temporal)?.uiUrl,
      redisUrl: redisUrl ?? (await redis)?.url,
      failed: Promise.race(supervised.map((server) => server.failed)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
