import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  what: string;
  timeoutMs: number;
  log: (message: string) => void;
  /** Aborts the wait with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const pollIntervalMs = 50;
const progressIntervalMs = 5_000;

/**
 * Polls until the condition holds. An error that the condition throws means "not yet", and becomes the cause of the
 * error thrown at the timeout. Logs every few seconds that it is still waiting.
 */
export async function waitUntil(
  condition: () => Promise<boolean>,
  { what, timeoutMs, log, signal }: WaitOptions,
): Promise<void> {
  const startedAt = Date.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  // The condition may never settle, for example if something else listens on the port.
  const interrupted = once(signal ? AbortSignal.any([signal, timeout]) : timeout, 'abort');
  let nextProgressMs = progressIntervalMs;
  let lastError: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      if ((await Promise.race([condition(), interrupted])) === true) return;
    } catch (error) {
      lastError = error;
    }
    signal?.throwIfAborted();
    if (timeout.aborted) {
      const message = `${what} took longer than ${timeoutMs / 1_000} s.`;
      throw new Error(message, { cause: lastError });
    }
    const waitedMs = Date.now() - startedAt;
    if (waitedMs >= nextProgressMs) {
      log(`  … ${what}: ${Math.round(waitedMs / 1_000)} s`);
      nextProgressMs += progressIntervalMs;
    }
    await delay(pollIntervalMs);
  }
}
