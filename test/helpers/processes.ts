import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { v8Flags } from '../../src/local/application.ts';
import { type Child, startChild } from '../../src/local/processes/child-process.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Processes {
  /** The URL of the API. */
  url: string;
  /** Returns everything that both have logged. */
  logs(): Promise<string>;
  /** Returns what Prometheus would read: of the API, of the worker, or of the worker's Temporal SDK. */
  metrics(of: MetricsSource): Promise<string>;
  stop(): Promise<void>;
}

export type MetricsSource = 'api' | 'worker' | 'temporal';

/** Starts the API and a worker as separate processes, with only this environment. Their logs are below the folder. */
export async function startProcesses(
  folder: string,
  environment: Record<string, string>,
): Promise<Processes> {
  const children: Child[] = [];
  const start = async (name: 'api' | 'worker', file: string, ready: (log: string) => boolean) => {
    const child = await startChild({
      name,
      command: process.execPath,
      args: [...v8Flags[name], path.join(root, file)],
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        METRICS_PORT: '0',
        TEMPORAL_METRICS_PORT: '0',
        ...environment,
      },
      dataDir: folder,
      ready: async (log) => ready(log.text()),
      readyTimeoutMs: 50_000,
      graceMs: 30_000,
      log: () => {},
    });
    children.push(child);
  };
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
  };
  let url = '';
  try {
    await start('api', 'src/server.ts', (log) => {
      url = /"url":"(http:[^"]+)","msg":"api started"/.exec(log)?.[1] ?? '';
      return url !== '';
    });
    await start('worker', 'src/worker.ts', (log) => log.includes('"msg":"worker started"'));
  } catch (error) {
    await stop();
    throw error;
  }
  const logOf = (name: 'api' | 'worker') =>
    readFile(path.join(folder, 'logs', `${name}.log`), 'utf8');
  return {
    url,
    logs: async () => `${await logOf('api')}\n${await logOf('worker')}`,
    async metrics(of) {
      const log = await logOf(of === 'api' ? 'api' : 'worker');
      const message = of === 'temporal' ? 'metrics of Temporal served' : 'metrics served';
      const [, address] = new RegExp(`"url":"(http:[^"]+)","msg":"${message}"`).exec(log) ?? [];
      return (await fetch(address as string)).text();
    },
    stop,
  };
}
