import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { v8Flags } from '../../src/local/application.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Measures {
  /** For how long one turn of the event loop lasted at most, in processor time. */
  heldUpMs: number;
  /** Resident memory at its highest since the process began. */
  peakBytes: number;
}

export interface MeasuredApi {
  url: string;
  /** Since it was asked last. */
  measure(): Promise<Measures>;
  stop(): Promise<void>;
}

/** The API as a process of its own, as it is deployed, with this environment alone. */
export async function startMeasuredApi(environment: Record<string, string>): Promise<MeasuredApi> {
  const child = fork(path.join(root, 'src/server.ts'), {
    execArgv: [...v8Flags.api, '--import', path.join(root, 'test/helpers/measure-turns.ts')],
    env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return {
    url: await urlOf(child),
    async measure() {
      child.send('measure');
      const [heldUpMs] = (await once(child, 'message')) as [number];
      return { heldUpMs, peakBytes: peakOf(child.pid as number) };
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    // For as long as it runs: a log that nobody reads would stop it.
    child.stdout?.on('data', (chunk) => {
      log += chunk;
      const url = /"url":"(http:[^"]+)","msg":"api started"/.exec(log)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The API has ended: ${log}`)));
  });
}

/** As the system counts it, for a process that is held up cannot look at itself. */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
