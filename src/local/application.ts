import path from 'node:path';
import { type ChildSpec, startChild } from './processes/child-process.ts';
import { reportStart } from './processes/report-start.ts';
import { type Supervised, supervise } from './processes/supervise.ts';
import type { Servers } from './servers/servers.ts';
import { checkout, type LocalSettings } from './settings.ts';

export interface ProcessStart {
  settings: LocalSettings;
  servers: Servers;
  /** Where Jaeger receives traces, if it runs here. */
  jaegerOtlpUrl?: string | undefined;
  /** The addresses of Kafka's brokers, if it is wanted here. */
  kafkaBrokers?: string | undefined;
  log: (message: string) => void;
  signal: AbortSignal;
}

export interface ApplicationStart extends ProcessStart {
  apiPort: number;
  apiKey: string;
  /** The password of the console's first admin. */
  adminPassword: string;
  /** Stops what was started. */
  stack: AsyncDisposableStack;
}

/** Even on a loaded machine, a process loads its code and opens its connections in a few seconds. */
const readyTimeoutMs = 60_000;

/** Longer than the 30 s in which the API and the worker finish their work and stop by themselves. */
const graceMs = 35_000;

/** The address of a server on this machine. Not every system can connect to "all interfaces". */
export function localAddress(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * Flags for V8's garbage collection. They are arguments because NODE_OPTIONS does not allow the second one. The
 * Dockerfile, docker-compose.yml and package.json set the same flags.
 *
 * `--max-semi-space-size` (MB) limits the young generation. A small one saves some 100 MB in an API under load. A
 * worker has a larger one: rows live only for the fraction of a second that a step takes, and if the young
 * generation overflows in that time, they become old and cost more to collect. For some 15 MB, a large batch takes
 * 13 % less processor time.
 *
 * `--heap-growing-percent` makes V8 collect when the heap has grown by this percentage since the last collection,
 * instead of by up to 300 % on a machine with much memory. With 40, the API peaked at 230 to 240 MB of resident memory
 * while it received batches of 50,000 rows; without the flag, at 300 to 330 MB. The collections raise the processor
 * time for such a batch from 185 to 250 ms.
 */
export const v8Flags = {
  api: ['--max-semi-space-size=4', '--heap-growing-percent=40'],
  worker: ['--max-semi-space-size=16', '--heap-growing-percent=60'],
  consumer: ['--max-semi-space-size=8', '--heap-growing-percent=40'],
};

/**
 * With few malloc arenas and a fixed mmap threshold, glibc returns the memory of large bodies to the system (some
 * 30 MB). Otherwise it raises the threshold for good at the first large body. The Dockerfile sets the same variables.
 */
const memoryEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

export function commonEnvironment({
  settings,
  servers,
  jaegerOtlpUrl,
  kafkaBrokers,
}: ProcessStart): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...memoryEnvironment,
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_UI_URL: servers.temporalUiUrl ?? settings.config.TEMPORAL_UI_URL,
    ...(servers.redisUrl && { REDIS_URL: servers.redisUrl }),
    ...(kafkaBrokers && { KAFKA_BROKERS: kafkaBrokers }),
    ...(jaegerOtlpUrl && {
      OTEL_EXPORTER_OTLP_ENDPOINT: jaegerOtlpUrl,
      // It takes nothing else.
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      // On one's own machine, every trace is of interest.
      OTEL_TRACES_SAMPLER_ARG: process.env.OTEL_TRACES_SAMPLER_ARG || '1',
    }),
  };
}

export function commonSpec({ settings, log, signal }: ProcessStart) {
  const { dataDir } = settings;
  return { command: process.execPath, dataDir, readyTimeoutMs, graceMs, log, signal };
}

/** Describes a worker of this stack. Each of several workers needs its own name. */
export function workerSpec(
  start: ProcessStart,
  name: string,
  ports: { metrics: number; temporalMetrics: number },
): ChildSpec {
  return {
    ...commonSpec(start),
    name,
    args: [...v8Flags.worker, path.join(checkout, 'src/worker.ts')],
    env: {
      ...commonEnvironment(start),
      METRICS_PORT: String(ports.metrics),
      TEMPORAL_METRICS_PORT: String(ports.temporalMetrics),
    },
    ready: async (logFile) => logFile.text().includes('"msg":"worker started"'),
  };
}

function superviseProcess(spec: ChildSpec): Promise<Supervised> {
  const start = async (signal?: AbortSignal) => ({ child: await startChild({ ...spec, signal }) });
  return supervise({ ...spec, start });
}

export interface Application {
  baseUrl: string;
  /** Resolves when one of the processes has been restarted too often. */
  failed: Promise<Error>;
}

/** Starts the API and the worker, waits until both are ready, and restarts them if they die. */
export async function startApplication(start: ApplicationStart): Promise<Application> {
  const { settings } = start;
  const baseUrl = `http://${localAddress(settings.config.HOST, start.apiPort)}`;
  const api: ChildSpec = {
    ...commonSpec(start),
    name: 'api',
    args: [...v8Flags.api, path.join(checkout, 'src/server.ts')],
    env: {
      ...commonEnvironment(start),
      PORT: String(start.apiPort),
      METRICS_PORT: String(settings.apiMetricsPort),
      BOOTSTRAP_API_KEY: start.apiKey,
      ADMIN_PASSWORD: start.adminPassword,
    },
    ready: async () => (await fetch(`${baseUrl}/readyz`)).ok,
  };
  const worker = workerSpec(start, 'worker', {
    metrics: settings.workerMetricsPort,
    temporalMetrics: settings.temporalMetricsPort,
  });
  // The stack stops in reverse order: the API takes no more batches while the worker finishes its own.
  return { baseUrl, ...(await startAll(start, { Worker: worker, API: api })) };
}

/**
 * Starts processes side by side, by what they are called, restarts them if they die, and lets the stack stop them, the
 * last one first.
 */
export async function startAll(
  { log, stack }: Pick<ApplicationStart, 'log' | 'stack'>,
  specs: Record<string, ChildSpec>,
): Promise<Pick<Application, 'failed'>> {
  const outcomes = await Promise.allSettled(
    Object.entries(specs).map(([label, spec]) => reportStart(label, log, superviseProcess(spec))),
  );
  const processes = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  for (const each of processes) stack.defer(() => each.stop());
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return { failed: Promise.race(processes.map(({ failed }) => failed)) };
}
