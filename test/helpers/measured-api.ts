import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { v8Flags } from '../../src/local/application.ts';
import { createTestNamespace } from './temporal-namespace.ts';
import { createTestDatabase } from './test-database.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Measures {
  /** The longest turn of the event loop, in processor time. */
  heldUpMs: number;
  /** The peak of resident memory. */
  peakBytes: number;
}

export interface MeasuredApi {
  url: string;
  /** Returns what was measured since the last call. */
  measure(): Promise<Measures>;
  stop(): Promise<void>;
}

/** Starts the API as a separate process, as it is deployed, with a database of its own and only this environment. */
export async function startMeasuredApi(environment: Record<string, string>): Promise<MeasuredApi> {
  const database = await createTestDatabase();
  const child = fork(path.join(root, 'src/server.ts'), {
    execArgv: [
      ...v8Flags.api,
      '--expose-gc',
      '--import',
      path.join(root, 'test/helpers/measure-turns.ts'),
    ],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE: await createTestNamespace(),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return {
    url: await urlOf(child),
    async measure() {
      child.send('measure');
      const [heldUpMs] = (await once(child, 'message')) as [number];
      return { heldUpMs, peakBytes: takePeakOf(child.pid as number) };
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await database.drop();
    },
  };
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    // The log is read for as long as the process runs, since a full pipe would block it.
    child.stdout?.on('data', (chunk) => {
      log += chunk;
      const url = /"url":"(http:[^"]+)","msg":"api started"/.exec(log)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The API has ended: ${log}`)));
  });
}

/** Reads the operating system's count, since a process that is held up cannot measure itself, and starts it again. */
function takePeakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
