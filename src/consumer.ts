import { readThroughputTotals } from './cache/read-throughput-totals.ts';
import { Throughput } from './cache/throughput.ts';
import { loadConfig } from './config.ts';
import { createDatabase } from './db/connection/database.ts';
import { exposePools } from './db/connection/expose-pools.ts';
import { endOnUncaughtError } from './error-reports/end-on-uncaught-error.ts';
import { consume } from './kafka/consume.ts';
import type { ConsumerContext } from './kafka/consumer-context.ts';
import { Burial } from './kafka/dead-letters/burial.ts';
import { runResendLoop } from './kafka/dead-letters/resend-loop.ts';
import { BoundKeys } from './kafka/reading/bound-keys.ts';
import { BoundTopics } from './kafka/reading/bound-topics.ts';
import { GroupMembership } from './kafka/reading/group-membership.ts';
import { KeyUses } from './kafka/storing/key-uses.ts';
import { createLogger } from './logger.ts';
import { kafkaConnection, redisServer, temporalSecurity } from './outgoing-connections.ts';
import { readTelemetryOptions } from './read-telemetry-options.ts';
import { serveMetrics } from './telemetry/serve-metrics.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import { connectLazily } from './temporal/connection.ts';
import { exposeWaitingStarts } from './temporal/expose-waiting-starts.ts';
import { WorkflowStarter } from './temporal/workflow-starter.ts';
import { version } from './version.ts';

/** What is being stored gets this long to end when the process is told to stop. */
const drainMs = 25_000;
/** Electing a new leader of a partition, and its first copies to others, take seconds. */
const maxMissingMs = 60_000;
/** Workflow starts still in flight get this long after that. */
const startDrainMs = 5_000;
/** The largest batch is copied in statements of 10,000 rows. A minute means that something is wrong. */
const statementTimeoutMs = 60_000;

const config = loadConfig();
const telemetry = await startTelemetry(
  readTelemetryOptions(config, 'tallyflow-consumer'),
  (error) => logger.warn({ err: error }, 'telemetry could not be sent'),
);
const logger = createLogger('consumer', config.LOG_LEVEL, telemetry.forwardLine);
endOnUncaughtError(logger, telemetry.shutdown);
const connection = kafkaConnection(config);
if (connection === undefined) {
  logger.fatal('cannot start, since KAFKA_BROKERS is not set');
  await telemetry.shutdown();
  process.exit(1);
}
const database = createDatabase({
  url: config.DATABASE_URL,
  poolSize: config.DATABASE_POOL_SIZE,
  applicationName: 'tallyflow-consumer',
  statementTimeoutMs,
});
const temporal = connectLazily(
  config.TEMPORAL_ADDRESS,
  config.TEMPORAL_NAMESPACE,
  temporalSecurity(config),
);
const workflowStarter = new WorkflowStarter(temporal.client, config.TEMPORAL_TASK_QUEUE, logger);
exposePools({ main: database });
exposeWaitingStarts(workflowStarter);
const throughput = new Throughput(readThroughputTotals, redisServer(config));
const membership = new GroupMembership();
const metrics = await serveMetrics(
  {
    host: config.METRICS_HOST,
    port: config.METRICS_PORT,
    version,
    service: 'consumer',
    isHealthy: () => membership.isHealthy,
  },
  logger,
);

const boundKeys = new BoundKeys(database, config.KAFKA_BOUND_TOPICS ?? new Map());
const boundTopics = new BoundTopics(connection, boundKeys, logger);
const burial = new Burial(connection, database, logger);
const keyUses = new KeyUses(database, logger);
const context: ConsumerContext = {
  connection,
  membership,
  database,
  boundKeys,
  boundTopics,
  burial,
  keyUses,
  workflowStarter,
  maxRows: config.MAX_STREAM_ROWS,
  maxMissingMs,
  logger,
};

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    logger.info({ signal }, 'consumer stopping');
    stopping.abort();
    // What is not stored by then is read again by the next consumer.
    setTimeout(() => process.exit(), drainMs + startDrainMs).unref();
  });

logger.info({ boundTopics: boundTopics.names }, 'consumer started');
await Promise.all([
  boundTopics.watch(stopping.signal),
  consume(context, stopping.signal),
  runResendLoop(context, stopping.signal),
]);
await keyUses.flush();
await workflowStarter.drain(startDrainMs);
await Promise.all([
  burial.close(),
  database.destroy(),
  temporal.close(),
  throughput.close(),
  metrics.close(),
]);
logger.info('consumer stopped');
await telemetry.shutdown();
// A collector that does not answer would keep the process for some seconds more.
process.exit();
