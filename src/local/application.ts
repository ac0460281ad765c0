import path from 'node:path';
import { type ChildSpec, startChild } from './child-process.ts';
import { reportStart } from './report-start.ts';
import type { Servers } from './servers.ts';
import { checkout, type LocalSettings } from './settings.ts';
import { type Supervised, supervise } from './supervise.ts';

interface ProcessStart {
  settings: LocalSettings;
  servers: Servers;
  log: (message: string) => void;
  signal: AbortSignal;
}

export interface ApplicationStart extends ProcessStart {
  apiPort: number;
  apiKey: string;
  /** Of the console's first admin. */
  adminPassword: string;
  /** Takes over the stopping of what was started. */
  stack: AsyncDisposableStack;
}

/** A loaded machine compiles the workflow code and opens its connections in a few seconds. */
const readyTimeoutMs = 60_000;

/** Longer than the grace that API and worker give what they are doing (30 s), so that they end by themselves. */
const graceMs = 35_000;

/** Where this machine reaches the API; an address that means "all interfaces" cannot be connected to everywhere. */
function localBaseUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * How V8 collects garbage. These are arguments, since NODE_OPTIONS does not allow the second one. The
 * Dockerfile, docker-compose.yml and package.json set the same.
 *
 * `--max-semi-space-size` (MB) bounds the young generation. A small one keeps the API under load some 100 MB
 * smaller. A worker's is larger: the rows of a step live for the fraction of a second that it takes, and an
 * overflow meanwhile makes them old, where they are dearer to collect. That takes 13 % less of the processor
 * with a large batch, for some 15 MB.
 *
 * `--heap-growing-percent` makes V8 collect when the heap has grown by so many per cent since the last time,
 * instead of by up to 300 as it does on a machine with much memory. With 40 the API peaked at 230 to 240 MB of
 * resident memory while it took batches of 50,000 rows, and at 300 to 330 MB without the flag. Each collection
 * costs time: such a batch took 250 instead of 185 ms of the processor.
 */
export const v8Flags = {
  api: ['--max-semi-space-size=4', '--heap-growing-percent=40'],
  worker: ['--max-semi-space-size=16', '--heap-growing-percent=60'],
};

/**
 * Few malloc arenas, and glibc's own first threshold, which it would otherwise raise for good with the first
 * large body: bodies go back to the system when they are done with (some 30 MB). The Dockerfile sets the same.
 */
const memoryEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

function commonEnvironment({ settings, servers }: ProcessStart): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...memoryEnvironment,
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_UI_URL: servers.temporalUiUrl ?? settings.config.TEMPORAL_UI_URL,
    ...(servers.redisUrl && { REDIS_URL: servers.redisUrl }),
  };
}

function commonSpec({ settings, log, signal }: ProcessStart) {
  const { dataDir } = settings;
  return { command: process.execPath, dataDir, readyTimeoutMs, graceMs, log, signal };
}

/** A worker of this stack; there may be several, each with a name of its own. */
export function workerSpec(start: ProcessStart, name: string, metricsPort: number): ChildSpec {
  return {
    ...commonSpec(start),
    name,
    args: [...v8Flags.worker, path.join(checkout, 'src/worker.ts')],
    env: { ...commonEnvironment(start), METRICS_PORT: String(metricsPort) },
    ready: async (logFile) => logFile.text().includes('"msg":"worker started"'),
  };
}

function superviseProcess(spec: ChildSpec): Promise<Supervised> {
  const start = async (signal?: AbortSignal) => ({ child: await startChild({ ...spec, signal }) });
  return supervise({ ...spec, start });
}

export interface Application {
  baseUrl: string;
  /** Resolves when the API or the worker was started again too often. */
  failed: Promise<Error>;
}

/** Starts API and worker and waits until both are ready; both are started again when they end by themselves. */
export async function startApplication(start: ApplicationStart): Promise<Application> {
  const { settings, log, stack } = start;
  const baseUrl = localBaseUrl(settings.config.HOST, start.apiPort);
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
  const worker = workerSpec(start, 'worker', settings.workerMetricsPort);
  // What is started last is stopped first: the API takes no more batches while the worker finishes its own.
  const outcomes = await Promise.allSettled([
    reportStart('Worker', log, superviseProcess(worker)),
    reportStart('API', log, superviseProcess(api)),
  ]);
  const processes = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  for (const each of processes) stack.defer(() => each.stop());
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return { baseUrl, failed: Promise.race(processes.map(({ failed }) => failed)) };
}
