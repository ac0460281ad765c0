import { spawn } from 'node:child_process';
import { type LogFile, openLogFile } from './log-file.ts';
import { forgetProcess, recordProcess } from './process-record.ts';
import { tiedToParent } from './tied-to-parent.ts';
import { waitUntil } from './wait-until.ts';

export interface ChildSpec {
  /** Names the log and the record of the process. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv | undefined;
  /** Runs as this user instead of root. */
  user?: string | undefined;
  dataDir: string;
  /** Whether the process can be used; an error thrown means "not yet". */
  ready(log: LogFile): Promise<boolean>;
  readyTimeoutMs: number;
  stopSignal?: NodeJS.Signals;
  /** How long the process may take to end before it is killed. */
  graceMs: number;
  log: (message: string) => void;
  /** Gives up on the start. */
  signal?: AbortSignal | undefined;
}

export interface Child {
  name: string;
  /** Resolves, with the reason and the last lines of the log, when the process ends without being stopped. */
  died: Promise<Error>;
  stop(): Promise<void>;
}

const progressIntervalMs = 5_000;

const running = new Set<number>();

/** The last resort, also for whatever is still there when this process exits: no grace, no draining. */
export function killChildren(): void {
  for (const pid of running) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
}

process.once('exit', killChildren);

/** Starts a process and gives it back once it is ready; when it does not become so, it is stopped again. */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const { name, dataDir, graceMs, stopSignal = 'SIGTERM' } = spec;
  const logFile = openLogFile(dataDir, name);
  const [command, args] = tiedToParent({ ...spec, deathSignal: stopSignal });
  // A process group of its own: Ctrl-C in the terminal reaches only the parent, which stops its
  // children in order. The log goes to a file directly, so that nothing blocks on this process.
  const child = spawn(command, args, {
    detached: true,
    env: spec.env ?? process.env,
    stdio: ['ignore', logFile.fd, logFile.fd],
  });
  logFile.close();

  const withLog = (message: string, cause?: unknown) => {
    return new Error(`${message} Its log, ${logFile.path}, ends:\n${logFile.tail()}`, { cause });
  };
  let isStopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
  const gone = new AbortController();
  const died = new Promise<Error>((resolve) => {
    void ended.then((how) => {
      if (child.pid) {
        running.delete(child.pid);
        forgetProcess(dataDir, name);
      }
      const error = withLog(`${name} ${how}.`);
      gone.abort(error);
      if (!isStopping) resolve(error);
    });
  });
  if (child.pid) {
    running.add(child.pid);
    recordProcess(dataDir, name, child.pid, stopSignal);
  }

  const stop = async () => {
    isStopping = true;
    if (!gone.signal.aborted) child.kill(stopSignal);
    const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const progress = setInterval(() => {
      spec.log(`  … waiting for ${name} to finish what it does`);
    }, progressIntervalMs);
    await ended;
    clearTimeout(killer);
    clearInterval(progress);
  };

  try {
    await waitUntil(() => spec.ready(logFile), {
      what: `starting ${name}`,
      timeoutMs: spec.readyTimeoutMs,
      log: spec.log,
      signal: spec.signal ? AbortSignal.any([spec.signal, gone.signal]) : gone.signal,
    });
  } catch (error) {
    const isTimeout = !spec.signal?.aborted && !gone.signal.aborted;
    await stop();
    throw isTimeout ? withLog((error as Error).message, (error as Error).cause) : error;
  }
  return { name, died, stop };
}
