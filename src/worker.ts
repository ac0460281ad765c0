import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { v7 as uuidV7 } from 'uuid';
import { createActivities } from './activities/create-activities.ts';
import { createCache } from './cache/create-cache.ts';
import { PatternCache } from './cache/pattern-cache.ts';
import { readThroughputTotals } from './cache/read-throughput-totals.ts';
import { ReportCache } from './cache/report-cache.ts';
import { Throughput } from './cache/throughput.ts';
import { CategorizerChain } from './categorization/chain/categorizer-chain.ts';
import { CurrentKnowledge } from './categorization/current-knowledge.ts';
import { CurrentPatterns } from './categorization/current-patterns.ts';
import { loadConfig } from './config.ts';
import { createDatabase } from './db/connection/database.ts';
import { exposePools } from './db/connection/expose-pools.ts';
import { runRollUpLoop } from './db/totals/run-roll-up-loop.ts';
import { endOnUncaughtError } from './error-reports/end-on-uncaught-error.ts';
import { reportAway, reportError } from './error-reports/report-error.ts';
import { languageModelSettings } from './language-model-settings.ts';
import { createLogger } from './logger.ts';
import { redisServer, temporalSecurity } from './outgoing-connections.ts';
import { readTelemetryOptions, tracesOnly } from './read-telemetry-options.ts';
import { serveMetrics } from './telemetry/serve-metrics.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import { isAccepting, startAcceptance } from './temporal/acceptance.ts';
import { BatchGroups } from './temporal/batch-groups.ts';
import { isTraining, startTraining } from './temporal/categorizer-training.ts';
import { connectLazily } from './temporal/connection.ts';
import { installRuntime } from './temporal/install-runtime.ts';
import { ensureLanguageModelSchedule } from './temporal/language-model-schedule.ts';
import { isRecategorizing, startRecategorization } from './temporal/recategorization.ts';
import { isBatchProcessing } from './temporal/start-batch-processing.ts';
import { ensureSweepSchedule } from './temporal/sweep-schedule.ts';
import { workerSettings } from './temporal/worker-settings.ts';
import { runTraining } from './training/run-training.ts';
import { version } from './version.ts';

const connectPauseMs = 1_000;

const config = loadConfig();
const telemetrySettings = readTelemetryOptions(config, 'tallyflow-worker');
const telemetry = await startTelemetry(telemetrySettings, (error) =>
  logger.warn({ err: error }, 'telemetry could not be sent'),
);
const logger = createLogger('worker', config.LOG_LEVEL, telemetry.forwardLine);
endOnUncaughtError(logger, telemetry.shutdown);
await installRuntime({ host: config.METRICS_HOST, port: config.TEMPORAL_METRICS_PORT }, logger);

const database = createDatabase({
  url: config.DATABASE_URL,
  poolSize: config.DATABASE_POOL_SIZE,
  applicationName: 'tallyflow-worker',
  // A chunk's update takes well below a second; a minute means that something is wrong.
  statementTimeoutMs: 60_000,
});
const security = temporalSecurity(config);
const cache = await createCache(redisServer(config), logger);
const throughput = new Throughput(readThroughputTotals, redisServer(config));
const temporal = connectLazily(config.TEMPORAL_ADDRESS, config.TEMPORAL_NAMESPACE, security);
exposePools({ main: database });
const metrics = await serveMetrics(
  { host: config.METRICS_HOST, port: config.METRICS_PORT, version, service: 'worker' },
  logger,
);
const batchGroups = new BatchGroups(temporal.client, config.TEMPORAL_TASK_QUEUE, logger);

const shuttingDown = new AbortController();
const activities = createActivities({
  database,
  chain: new CategorizerChain(
    new CurrentKnowledge(
      database,
      new CurrentPatterns(database, new PatternCache(cache)),
      (error) => {
        logger.error({ err: error }, 'what was learned is not used');
        reportError(error);
      },
    ),
  ),
  reports: new ReportCache(cache),
  processing: {
    start: (batches) => batchGroups.start({ id: uuidV7(), batches }),
    isRunning: (batch) => isBatchProcessing(temporal.client, batch),
  },
  recategorizing: {
    start: (id) => startRecategorization(temporal.client, config.TEMPORAL_TASK_QUEUE, id),
    isRunning: (id) => isRecategorizing(temporal.client, id),
  },
  accepting: {
    start: (acceptance) => startAcceptance(temporal.client, config.TEMPORAL_TASK_QUEUE, acceptance),
    isRunning: (acceptance) => isAccepting(temporal.client, acceptance),
  },
  training: {
    run: ({ onProgress, signal }) =>
      runTraining({
        databaseUrl: config.DATABASE_URL,
        telemetry: tracesOnly(telemetrySettings),
        onProgress,
        // Another worker repeats it, so that nobody waits for its end.
        signal: AbortSignal.any([signal, shuttingDown.signal]),
      }),
    onEnd: (end) => logger[end.outcome === 'failed' ? 'error' : 'info'](end, 'training ended'),
    start: () => startTraining(temporal.client, config.TEMPORAL_TASK_QUEUE),
    isRunning: () => isTraining(temporal.client, config.TEMPORAL_TASK_QUEUE),
  },
  languageModel: languageModelSettings(config),
  sweepGraceSeconds: config.SWEEP_GRACE_SECONDS,
  logger,
});

const connection = await connectPatiently();
await ensureSweepSchedule(
  temporal.client,
  config.TEMPORAL_TASK_QUEUE,
  config.SWEEP_INTERVAL_SECONDS,
);
if (config.LLM_BASE_URL !== undefined)
  await ensureLanguageModelSchedule(
    temporal.client,
    config.TEMPORAL_TASK_QUEUE,
    config.LLM_INTERVAL_SECONDS,
  );
const worker = await Worker.create({
  connection,
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue: config.TEMPORAL_TASK_QUEUE,
  workflowBundle: {
    codePath: fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url)),
  },
  activities,
  ...workerSettings,
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (worker.getState() !== 'RUNNING') return;
    logger.info({ signal }, 'worker stopping');
    shuttingDown.abort(new Error('The worker is stopping.'));
    worker.shutdown();
  });
}
logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'worker started');
const stopping = new AbortController();
const totals = runRollUpLoop(database, logger, stopping.signal, reportError);
await worker.run();
stopping.abort();
await totals;
await Promise.all([
  connection.close(),
  temporal.close(),
  cache.close(),
  throughput.close(),
  database.destroy(),
  metrics.close(),
]);
logger.info('worker stopped');
await telemetry.shutdown();
// A collector that does not answer would keep the process for some seconds more.
process.exit();

/** NativeConnection.connect fails at once when the server is away, as it is while a stack comes up. */
async function connectPatiently(): Promise<NativeConnection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS, ...security });
    } catch (error) {
      if (attempt === 1) {
        logger.warn({ err: error, address: config.TEMPORAL_ADDRESS }, 'waiting for Temporal');
        reportAway('temporal');
      }
      await sleep(connectPauseMs);
    }
  }
}
