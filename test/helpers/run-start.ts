import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { waitUntil } from '../../src/local/processes/wait-until.ts';
import { checkout } from '../../src/local/settings.ts';

/** The longest that a start of everything may take on a machine that is busy with other suites. */
export const startTimeoutMs = 120_000;

/** A run of `script/start`, or of what it runs in its place. */
export interface Start {
  process: ChildProcess;
  output(): string;
  exit: Promise<unknown[]>;
}

const ports = [
  'PORT',
  'POSTGRES_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'REDIS_PORT',
  'PROMETHEUS_PORT',
  'JAEGER_PORT',
  'KAFKA_PORT',
  'GATEWAY_PORT',
];
/** Variables that a developer may have set, and that these tests must not use. */
const servers = [
  'DATABASE_URL',
  'TEMPORAL_ADDRESS',
  'REDIS_URL',
  'KAFKA_BROKERS',
  'BOOTSTRAP_API_KEY',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
];

/** Runs the command in the checkout. It starts a stack on free ports that keeps its data in `dataDir`. */
export function runStart(
  [command, ...args]: [string, ...string[]],
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
): Start {
  const child = spawn(command, args, {
    cwd: checkout,
    env: {
      ...process.env,
      ...Object.fromEntries(ports.map((variable) => [variable, '0'])),
      ...Object.fromEntries(servers.map((variable) => [variable, ''])),
      METRICS_PORT: '',
      TEMPORAL_METRICS_PORT: '',
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  return { process: child, output: () => output, exit: once(child, 'close') };
}

/** Starts the stack without installing what `script/start` installs. */
export const startCommand = (...options: string[]): [string, ...string[]] => [
  process.execPath,
  path.join(checkout, 'src/local/start.ts'),
  ...options,
];

/** Waits until the start prints a text. Throws an error with its output if it ends before. */
export async function untilSaid({ output, exit }: Start, text: string): Promise<void> {
  const ended = new AbortController();
  void exit.then(() => ended.abort(new Error(`The start has ended:\n${output()}`)));
  await waitUntil(async () => output().includes(text), {
    what: `waiting for "${text}"`,
    timeoutMs: startTimeoutMs,
    log: () => {},
    signal: ended.signal,
  });
}

export const untilRunning = (start: Start) => untilSaid(start, 'Ctrl-C stops');

/** Returns the URL and the API key that the start has printed. */
export function printedAccess({ output }: Start): { url: string; apiKey: string } {
  const find = (pattern: RegExp) => pattern.exec(output())?.[1] ?? '';
  return { url: find(/API {2,}(http\S+)/), apiKey: find(/API key +(\S+)/) };
}
