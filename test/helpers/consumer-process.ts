import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { v8Flags } from '../../src/local/application.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface ConsumerProcess {
  /** Everything it has logged. */
  log(): string;
  /** The peak of its resident memory. */
  peakBytes(): number;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  /** The status by which a container is healthy or not. */
  health(): Promise<number>;
  /** Asks it to end, and waits until it has. Returns its exit code. */
  stop(): Promise<number | null>;
  /** Kills it at once. */
  kill(): Promise<void>;
}

/** Starts the consumer as a process of its own, as it is deployed. */
export async function startConsumerProcess(
  environment: Record<string, string>,
): Promise<ConsumerProcess> {
  const child = spawn(process.execPath, [...v8Flags.consumer, path.join(root, 'src/consumer.ts')], {
    env: {
      PATH: process.env.PATH,
      METRICS_PORT: '0',
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        log += chunk;
        if (log.includes('"msg":"consumer started"')) resolve();
      });
    child.once('exit', () => reject(new Error(`The consumer has ended: ${log}`)));
  });
  await ready;
  const metricsUrl = (): string =>
    /"url":"(http:[^"]+)","msg":"metrics served"/.exec(log)?.[1] as string;
  return {
    log: () => log,
    peakBytes: () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) *
      1024,
    metrics: async () => (await fetch(metricsUrl())).text(),
    health: async () => (await fetch(new URL('/healthz', metricsUrl()))).status,
    stop: () => end(child, 'SIGTERM'),
    async kill() {
      await end(child, 'SIGKILL');
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}
