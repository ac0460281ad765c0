import { setTimeout as delay } from 'node:timers/promises';
import { type Child, type ChildSpec, startChild } from './child-process.ts';

const firstRestartMs = 1_000;
const maxRestartMs = 30_000;
/** A process that ran this long has recovered: the next fault starts with a short wait again. */
const stableAfterMs = 60_000;

/**
 * Starts a process and starts it again whenever it ends by itself, after a wait that doubles each time.
 * The first start must succeed: what cannot even start has a fault that waiting does not mend.
 */
export async function supervise(spec: ChildSpec): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let child: Child = await startChild(spec);
  let startedAt = Date.now();
  let waitMs = firstRestartMs;
  let restarting = Promise.resolve();

  const restart = async (reason: Error): Promise<void> => {
    if (stopping.signal.aborted) return;
    if (Date.now() - startedAt > stableAfterMs) waitMs = firstRestartMs;
    spec.log(`${reason.message}\nStarting ${spec.name} again in ${waitMs / 1_000} s.`);
    try {
      await delay(waitMs, undefined, { signal: stopping.signal });
      waitMs = Math.min(waitMs * 2, maxRestartMs);
      startedAt = Date.now();
      child = await startChild({ ...spec, signal: stopping.signal });
    } catch (error) {
      return await restart(error as Error);
    }
    spec.log(`${spec.name} is up again.`);
    watch();
  };
  const watch = () => {
    void child.died.then((reason) => {
      restarting = restart(reason);
    });
  };
  watch();

  return {
    async stop() {
      stopping.abort();
      await restarting;
      await child.stop();
    },
  };
}
