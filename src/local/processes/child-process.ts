import { spawn } from 'node:child_process';
import { endWithParent } from './end-with-parent.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { forgetProcess, recordProcess } from './process-record.ts';
import { waitUntil } from './wait-until.ts';

export interface ChildSpec {
  /** The name of the log and of the process record. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv | undefined;
  /** The user to run as instead of root. */
  user?: string | undefined;
  dataDir: string;
  /** Resolves to whether the process is ready; a thrown error means "not yet". */
  ready(log: LogFile): Promise<boolean>;
  readyTimeoutMs: number;
  stopSignal?: NodeJS.Signals;
  /** How long the process may take to stop before it gets SIGKILL. */
  graceMs: number;
  log: (message: string) => void;
  /** Aborts the start. */
  signal?: AbortSignal | undefined;
}

export interface Child {
  name: string;
  /** Resolves with the reason and the end of the log if the process ends without being stopped. */
  died: Promise<Error>;
  stop(): Promise<void>;
}

const progressIntervalMs = 5_000;

const running = new Set<number>();

/** Kills all children at once, without letting them finish. Also runs when this process exits. */
export function killChildren(): void {
  for (const pid of running) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The process has ended in the meantime.
    }
  }
}

process.once('exit', killChildren);

/** Starts a process and resolves once it is ready. Stops it again if it does not become ready in time. */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const { name, dataDir, graceMs, stopSignal = 'SIGTERM' } = spec;
  const logFile = openLogFile(dataDir, name);
  const [command, args] = endWithParent({ ...spec, deathSignal: stopSignal });
  // In a separate process group, the child does not receive Ctrl-C; the parent stops its children in order.
  // The child writes its log to a file, so that it never blocks on this process.
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
      spec.log(`  … waiting for ${name} to finish`);
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
