import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from '../../src/local/child-process.ts';
import { livingProcesses } from '../../src/local/process-record.ts';

const root = path.resolve(import.meta.dirname, '../..');
const binary = path.join(root, 'dist/gateway');

/** Go compiles a package again only if it has changed, so that this takes a second mostly. */
async function build(): Promise<void> {
  await promisify(execFile)('go', ['build', '-o', binary, '.'], {
    cwd: path.join(root, 'gateway'),
  }).catch((error: unknown) => {
    throw new Error('The gateway cannot be built. Go 1.26 is needed (go.dev/dl).', {
      cause: error,
    });
  });
}

export interface TestGateway {
  url: string;
  pid(): number;
  /** Kills the process, so that nothing more is flushed or said. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the gateway and starts it on a free port, with only this environment. It is ready when it has read all keys. */
export async function startTestGateway(
  brokers: string,
  environment: Record<string, string> = {},
): Promise<TestGateway> {
  await build();
  const folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-gateway-'));
  let url = '';
  let child: Child;
  const start = async () => {
    child = await startChild({
      name: 'gateway',
      command: binary,
      args: [],
      env: {
        PORT: url === '' ? '0' : new URL(url).port,
        METRICS_PORT: '0',
        KAFKA_BROKERS: brokers,
        LOG_LEVEL: 'info',
        ...environment,
      },
      dataDir: folder,
      async ready(log) {
        url = log.text().match(/"gateway started".*"url":"(http:[^"]+)"/)?.[1] ?? url;
        return url !== '' && (await fetch(`${url}/readyz`)).ok;
      },
      readyTimeoutMs: 60_000,
      graceMs: 30_000,
      log: () => {},
    });
  };
  await start();
  const pid = () => {
    const record = livingProcesses(folder).find(({ name }) => name === 'gateway');
    if (record === undefined) throw new Error('the gateway is not running');
    return record.pid;
  };
  return {
    url,
    pid,
    async kill() {
      process.kill(pid(), 'SIGKILL');
      await child.died;
    },
    start,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
