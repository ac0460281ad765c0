import type { AddressInfo } from 'node:net';
import { ensureBootstrapKey } from './api/admin/bootstrap-key.ts';
import { ensureFirstAdmin } from './api/admin/first-admin.ts';
import { createApp } from './api/app.ts';
import { createDrainingServer } from './api/draining-server.ts';
import { BacklogWatch, exposeBacklog } from './api/operations/backlog-watch.ts';
import { exposeKeyChanges, KeyChangesWatch } from './api/operations/key-changes-watch.ts';
import { createCache } from './cache/create-cache.ts';
import { readThroughputTotals } from './cache/read-throughput-totals.ts';
import { createSharedCounts } from './cache/shared-counts.ts';
import { Throughput } from './cache/throughput.ts';
import { loadConfig } from './config.ts';
import { closeApiPools, createApiPools } from './db/connection/api-pools.ts';
import { isDatabaseUnavailable } from './db/connection/errors.ts';
import { exposePools } from './db/connection/expose-pools.ts';
import { isServerLogTerse } from './db/connection/is-server-log-terse.ts';
import { maxRequestMs } from './domain/limits.ts';
import { endOnUncaughtError } from './error-reports/end-on-uncaught-error.ts';
import { createLogger } from './logger.ts';
import { kafkaConnection, redisServer, temporalSecurity } from './outgoing-connections.ts';
import { readTelemetryOptions } from './read-telemetry-options.ts';
import { serveMetrics } from './telemetry/serve-metrics.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import { connectLazily } from './temporal/connection.ts';
import { exposeWaitingStarts } from './temporal/expose-waiting-starts.ts';
import { SweepScheduleOperations } from './temporal/operate-sweep-schedule.ts';
import { WorkflowStarter } from './temporal/workflow-starter.ts';
import { version } from './version.ts';

/** Open requests may take this long to end when the process is told to stop. */
const drainMs = 25_000;
/** Workflow starts still in flight get this long after the last request. */
const startDrainMs = 5_000;
const idleTimeoutMs = 60_000;
/** As many as requests may wait for their turn; with some 40 kB for each, they take half of the process's memory. */
const maxConnections = 4_000;
/** Others always find some. Behind a reverse proxy, which is one address, this is what all have. */
const maxConnectionsPerAddress = 3_000;
/** A modem reads more. An export holds a connection to the database while its client reads. */
const minReadBytesPerSecond = 4 * 1024;

const config = loadConfig();
const telemetry = await startTelemetry(readTelemetryOptions(config, 'tallyflow-api'), (error) =>
  logger.warn({ err: error }, 'telemetry could not be sent'),
);
const logger = createLogger('api', config.LOG_LEVEL, telemetry.forwardLine);
endOnUncaughtError(logger, telemetry.shutdown);
const pools = createApiPools({
  url: config.DATABASE_URL,
  poolSize: config.DATABASE_POOL_SIZE,
  readPoolSize: config.DATABASE_READ_POOL_SIZE,
  exportPoolSize: config.DATABASE_EXPORT_POOL_SIZE,
});
const { database } = pools;
const cache = await createCache(redisServer(config), logger);
const counts = createSharedCounts(redisServer(config));
const throughput = new Throughput(readThroughputTotals, redisServer(config));
const temporal = connectLazily(
  config.TEMPORAL_ADDRESS,
  config.TEMPORAL_NAMESPACE,
  temporalSecurity(config),
);
const workflowStarter = new WorkflowStarter(temporal.client, config.TEMPORAL_TASK_QUEUE, logger);
const backlog = new BacklogWatch(pools.readDatabase);
const kafka = kafkaConnection(config);
const keyChanges = kafka && new KeyChangesWatch(pools.readDatabase);
exposePools({ main: database, reads: pools.readDatabase, exports: pools.exportDatabase });
exposeWaitingStarts(workflowStarter);
exposeBacklog(backlog);
if (keyChanges !== undefined) exposeKeyChanges(keyChanges);
const metrics = await serveMetrics(
  { host: config.METRICS_HOST, port: config.METRICS_PORT, version, service: 'api' },
  logger,
);

await prepareDatabase().catch(async (error: unknown) => {
  if (!isDatabaseUnavailable(error)) throw error;
  // No defect, so nobody is sent it: what supervises the process starts it again and again until the database is there.
  logger.fatal({ err: error }, 'cannot start, since the database is away');
  await telemetry.shutdown();
  process.exit(1);
});

const stopping = new AbortController();
const drained = new AbortController();
const publishing = publishKeys();
const app = createApp({
  config,
  ...pools,
  cache,
  counts,
  workflowStarter,
  temporal: temporal.probe,
  sweepSchedule: new SweepScheduleOperations(temporal.client),
  backlog,
  keyChanges,
  throughput,
  logger,
  stopping: stopping.signal,
  drained: drained.signal,
});
const { server, drain } = createDrainingServer(
  {
    requestTimeout: maxRequestMs,
    idleTimeout: idleTimeoutMs,
    // Twice within the time for a head.
    connectionsCheckingInterval: 10_000,
    maxConnections,
    maxConnectionsPerAddress,
    minReadBytesPerSecond,
  },
  app.callback(),
);
server.listen(config.PORT, config.HOST, () => {
  const { port } = server.address() as AddressInfo;
  logger.info({ url: `http://${config.HOST}:${port}` }, 'api started');
});
server.once('error', (error) => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));

/** Stores the first key and the first admin, and checks what the database logs. */
async function prepareDatabase(): Promise<void> {
  if (config.BOOTSTRAP_API_KEY !== undefined)
    await ensureBootstrapKey(database, config.BOOTSTRAP_API_KEY, logger);
  await ensureFirstAdmin(
    database,
    { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD },
    logger,
  );
  if (!(await isServerLogTerse(database)))
    logger.warn(
      "PostgreSQL's log quotes ids of accounts and transactions: set log_error_verbosity to terse",
    );
}

/** Nothing of Kafka is loaded where there is none. */
async function publishKeys(): Promise<void> {
  if (kafka === undefined) return;
  const { publishApiKeys } = await import('./kafka/api-keys/publish-api-keys.ts');
  await publishApiKeys({ database, connection: kafka, logger, signal: stopping.signal });
}

/** Lets open requests end, then the workflow starts that they caused, then closes everything. */
async function stop(signal: string): Promise<void> {
  if (stopping.signal.aborted) return;
  logger.info({ signal }, 'api stopping');
  stopping.abort();
  await drain(drainMs);
  drained.abort();
  await workflowStarter.drain(startDrainMs);
  await publishing;
  await Promise.all([
    closeApiPools(pools),
    cache.close(),
    counts.close(),
    throughput.close(),
    temporal.close(),
    metrics.close(),
  ]);
  logger.info('api stopped');
  await telemetry.shutdown();
  // A collector that does not answer would keep the process for some seconds more.
  process.exit();
}
