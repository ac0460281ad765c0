import path from 'node:path';
import { z } from 'zod';
import { type Config, loadConfig, readVariables } from '../config.ts';
import type { NamedPort } from './processes/ports.ts';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

/** The variables of the local stack only. Those of the API and the worker are in config.ts. */
const schema = z.object({
  /** The directory for databases, logs and secrets. A relative path starts at the checkout. */
  DATA_DIR: z.string().min(1).default('.data'),
  /** One above the usual port, which an installed PostgreSQL may use. */
  POSTGRES_PORT: port(5433),
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: port(8233),
  /** One above the usual port, which an installed Redis may use. */
  REDIS_PORT: port(6380),
  /** One above the usual port, which Debian's service uses. */
  PROMETHEUS_PORT: port(9091),
  /** The usual port of Jaeger's UI. */
  JAEGER_PORT: port(16_686),
  /** One above the usual port, which an installed Kafka may use. */
  KAFKA_PORT: port(9093),
  /** Where the gateway takes batches. */
  GATEWAY_PORT: port(3001),
  /** The path of the Temporal CLI. Without it, script/start searches for one. */
  TEMPORAL_CLI: z.string().min(1).optional(),
  /** If set, these servers are used, and none is started in their place. */
  DATABASE_URL: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  REDIS_URL: z.string().optional(),
});

export const localVariables = Object.keys(schema.shape) as (keyof z.infer<typeof schema>)[];

export const checkout = path.resolve(import.meta.dirname, '../..');

export interface LocalSettings {
  dataDir: string;
  postgresPort: number;
  temporalPort: number;
  temporalUiPort: number;
  redisPort: number;
  prometheusPort: number;
  jaegerPort: number;
  kafkaPort: number;
  gatewayPort: number;
  temporalCli: string | undefined;
  databaseUrl: string | undefined;
  temporalAddress: string | undefined;
  redisUrl: string | undefined;
  /** The METRICS_PORT of each process, and the worker's TEMPORAL_METRICS_PORT: free ports unless the user has set one. */
  apiMetricsPort: number;
  workerMetricsPort: number;
  temporalMetricsPort: number;
  consumerMetricsPort: number;
  gatewayMetricsPort: number;
  /** The configuration of the API and the worker, as far as it is known before the servers run. */
  config: Config;
}

/**
 * Reads the variables of the local stack, and also validates those of the API and the worker, so that errors are
 * reported before anything starts. Throws an Error that names every invalid variable.
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): LocalSettings {
  const settings = readVariables(schema, env);
  const config = loadConfig({
    ...env,
    DATABASE_URL: settings.DATABASE_URL ?? 'postgres://embedded',
  });
  const metricsPort = env.METRICS_PORT ? config.METRICS_PORT : 0;
  const after = (count: number) => (metricsPort === 0 ? 0 : metricsPort + count);
  return {
    dataDir: path.resolve(checkout, settings.DATA_DIR),
    postgresPort: settings.POSTGRES_PORT,
    temporalPort: settings.TEMPORAL_PORT,
    temporalUiPort: settings.TEMPORAL_UI_PORT,
    redisPort: settings.REDIS_PORT,
    prometheusPort: settings.PROMETHEUS_PORT,
    jaegerPort: settings.JAEGER_PORT,
    kafkaPort: settings.KAFKA_PORT,
    gatewayPort: settings.GATEWAY_PORT,
    temporalCli: settings.TEMPORAL_CLI,
    databaseUrl: settings.DATABASE_URL,
    temporalAddress: settings.TEMPORAL_ADDRESS,
    redisUrl: settings.REDIS_URL,
    apiMetricsPort: metricsPort,
    workerMetricsPort: after(1),
    temporalMetricsPort: env.TEMPORAL_METRICS_PORT ? config.TEMPORAL_METRICS_PORT : after(2),
    consumerMetricsPort: after(3),
    gatewayMetricsPort: after(4),
    config,
  };
}

/** The ports that the API and the worker open. They pick a metrics port of 0 themselves. */
export function applicationPorts(settings: LocalSettings): NamedPort[] {
  const { config, apiMetricsPort, workerMetricsPort, temporalMetricsPort } = settings;
  const metrics = [
    { variable: 'METRICS_PORT', port: apiMetricsPort },
    { variable: 'METRICS_PORT', port: workerMetricsPort },
    { variable: 'TEMPORAL_METRICS_PORT', port: temporalMetricsPort },
  ]
    .filter(({ port }) => port !== 0)
    .map((named) => ({ ...named, host: config.METRICS_HOST }));
  return [{ variable: 'PORT', port: config.PORT, host: config.HOST }, ...metrics];
}
