import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { otherSchemaStatus } from '../db/connection/migrate.ts';
import { generateApiKey } from '../domain/api-key.ts';
import { generatePassword } from '../domain/credentials/password.ts';
import { temporalSecurity } from '../outgoing-connections.ts';
import { type ApplicationStart, localAddress, startApplication } from './application.ts';
import { type KafkaIngestion, startKafkaIngestion } from './kafka-ingestion.ts';
import { reservePorts } from './processes/ports.ts';
import { readOrCreateSecret } from './secret-file.ts';
import { type Observers, observerPorts, startObservers } from './servers/observers.ts';
import { kafkaPorts, prepareKafka } from './servers/prepare-kafka.ts';
import { type Servers, serverPorts, startServers } from './servers/servers.ts';
import { applicationPorts, checkout, type LocalSettings } from './settings.ts';

export interface OpenStack {
  settings: LocalSettings;
  servers: Servers;
  /** Undefined unless they were asked for. */
  observers: Observers | undefined;
  /** Undefined unless it was asked for. */
  kafka: KafkaIngestion | undefined;
  /** The address of the API and the console. */
  baseUrl: string;
  apiKey: string;
  adminPassword: string;
}

/**
 * Starts the servers, runs the migrations, then starts the API and the worker. `stack` stops them. A process that
 * dies is restarted; if that fails too often, `stopping` is aborted.
 *
 * @param given with `observe`, what watches the stack is started, too; with `kafka`, a broker, the gateway and the
 *   consumer
 */
export async function openStack(
  given: LocalSettings & { observe?: boolean; kafka?: boolean },
  stopping: AbortController,
  stack: AsyncDisposableStack,
  log: (message: string) => void,
): Promise<OpenStack> {
  const { signal } = stopping;
  const settings = given.observe || given.kafka ? await chooseMetricsPorts(given) : given;
  const { dataDir, config } = settings;
  // All ports are checked before anything starts, so that one error names every busy port.
  const ports = await reservePorts([
    ...serverPorts(settings),
    ...applicationPorts(settings),
    ...(given.observe ? observerPorts(settings) : []),
    ...(given.kafka ? kafkaPorts(settings) : []),
  ]);
  log('Starting the servers …');
  const servers = await startServers({
    ...settings,
    postgresPort: ports.POSTGRES_PORT,
    temporalPort: ports.TEMPORAL_PORT,
    temporalUiPort: ports.TEMPORAL_UI_PORT,
    redisPort: ports.REDIS_PORT,
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    temporalSecurity: temporalSecurity(config),
    log,
    signal,
  });
  stack.defer(() => servers.stop());
  const stopAll = (error: Error) => {
    log('\nA process keeps failing. Stopping the others …');
    stopping.abort(error);
  };
  void servers.failed.then(stopAll);
  const observers = given.observe
    ? await startObservers({
        settings,
        ports,
        targets: metricsTargets(settings, given.kafka === true),
        stack,
        log,
        signal,
      })
    : undefined;
  void observers?.failed.then(stopAll);

  const prepared = given.kafka
    ? await prepareKafka({ settings, ports, stack, log, signal })
    : undefined;
  void prepared?.failed.then(stopAll);

  await migrate(settings, servers.databaseUrl, signal);
  const apiKey =
    config.BOOTSTRAP_API_KEY ??
    (await readOrCreateSecret(path.join(dataDir, 'api-key'), generateApiKey));
  const adminPassword =
    config.ADMIN_PASSWORD ??
    (await readOrCreateSecret(path.join(dataDir, 'admin-password'), generatePassword));
  const start: ApplicationStart = {
    settings,
    servers,
    apiPort: ports.PORT ?? 0,
    apiKey,
    adminPassword,
    jaegerOtlpUrl: observers?.jaeger?.otlpUrl,
    kafkaBrokers: prepared?.brokers,
    stack,
    log,
    signal,
  };
  const { baseUrl, failed } = await startApplication(start);
  void failed.then(stopAll);
  const kafka = prepared && (await startKafkaIngestion(start, prepared));
  void kafka?.failed.then(stopAll);
  return { settings, servers, observers, kafka, baseUrl, apiKey, adminPassword };
}

/**
 * Replaces each metrics port of 0 by a free one: Prometheus must know it, and a process that is restarted must have
 * the same one again.
 */
async function chooseMetricsPorts(settings: LocalSettings): Promise<LocalSettings> {
  const host = settings.config.METRICS_HOST;
  const free = await reservePorts(
    ['api', 'worker', 'temporal', 'consumer', 'gateway'].map((variable) => ({
      variable,
      port: 0,
      host,
    })),
  );
  return {
    ...settings,
    apiMetricsPort: settings.apiMetricsPort || (free.api ?? 0),
    workerMetricsPort: settings.workerMetricsPort || (free.worker ?? 0),
    temporalMetricsPort: settings.temporalMetricsPort || (free.temporal ?? 0),
    consumerMetricsPort: settings.consumerMetricsPort || (free.consumer ?? 0),
    gatewayMetricsPort: settings.gatewayMetricsPort || (free.gateway ?? 0),
  };
}

/** The jobs that the rules know, and where each finds its metrics. */
function metricsTargets(settings: LocalSettings, withKafka: boolean): Record<string, string> {
  const target = (port: number) => localAddress(settings.config.METRICS_HOST, port);
  return {
    'tallyflow-api': target(settings.apiMetricsPort),
    'tallyflow-worker': target(settings.workerMetricsPort),
    'tallyflow-temporal-sdk': target(settings.temporalMetricsPort),
    ...(withKafka && {
      'tallyflow-consumer': target(settings.consumerMetricsPort),
      'tallyflow-gateway': target(settings.gatewayMetricsPort),
    }),
  };
}

async function migrate(
  settings: LocalSettings,
  databaseUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const file = path.join(checkout, 'src/migrate.ts');
  await promisify(execFile)(process.execPath, [file], { env, signal }).catch((error) => {
    if (error.code !== otherSchemaStatus) throw error;
    throw new Error(
      settings.databaseUrl === undefined
        ? `The data in ${settings.dataDir} belongs to another version of Tallyflow. Start with --reset to delete it and start afresh.`
        : 'The database of DATABASE_URL belongs to another version of Tallyflow. Recreate it, or use another one.',
    );
  });
}
