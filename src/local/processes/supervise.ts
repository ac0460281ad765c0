import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child-process.ts';

/**
 * How long to wait before each successive restart. Together they last a minute: long enough for a port or a disk to
 * become free, and short enough that the same error is not repeated for long.
 */
const defaultRestartWaitsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** A process that has run this long has recovered. Its next restart starts with a short wait again. */
const stableAfterMs = 60_000;

export interface SupervisedStart<Started extends { child: Child }> {
  name: string;
  /** Starts or restarts the process, on the same port and with the same data. */
  start(signal?: AbortSignal): Promise<Started>;
  log: (message: string) => void;
  /** Aborts the first start. */
  signal?: AbortSignal | undefined;
}

export interface Supervised<Started = unknown> {
  /** The result of the first start. */
  started: Started;
  /** Resolves when the process has been restarted too often. It is not running then. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Starts a process and restarts it whenever it dies, after a wait that grows each time, until it has failed too often
 * in a row. The first start must succeed: waiting does not fix what made it fail.
 */
export async function supervise<Started extends { child: Child }>(
  { name, start, log, signal }: SupervisedStart<Started>,
  restartWaitsMs: number[] = defaultRestartWaitsMs,
): Promise<Supervised<Started>> {
  const stopping = new AbortController();
  const failure = Promise.withResolvers<Error>();
  const started = await start(signal);
  let { child } = started;
  let startedAt = Date.now();
  let restarts = 0;
  let restarting = Promise.resolve();

  const restart = async (reason: Error): Promise<void> => {
    if (stopping.signal.aborted) return;
    if (Date.now() - startedAt > stableAfterMs) restarts = 0;
    const waitMs = restartWaitsMs[restarts];
    if (waitMs === undefined) {
      const message = `${name} was started again ${restarts} times, and ended each time. ${reason.message}`;
      failure.resolve(new Error(message, { cause: reason.cause }));
      return;
    }
    restarts += 1;
    log(`${reason.message}\nStarting ${name} again in ${waitMs / 1_000} s.`);
    try {
      await delay(waitMs, undefined, { signal: stopping.signal });
      startedAt = Date.now();
      ({ child } = await start(stopping.signal));
    } catch (error) {
      return await restart(error as Error);
    }
    log(`${name} is up again.`);
    watch();
  };
  const watch = () => {
    void child.died.then((reason) => {
      restarting = restart(reason);
    });
  };
  watch();

  return {
    started,
    failed: failure.promise,
    async stop() {
      stopping.abort();
      await restarting;
      await child.stop();
    },
  };
}
