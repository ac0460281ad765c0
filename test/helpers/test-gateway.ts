import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildGateway } from '../../src/local/build-gateway.ts';
import { type Child, startChild } from '../../src/local/processes/child-process.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';

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
  const binary = await buildGateway({ log: () => {} });
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
