import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  what: string;
  timeoutMs: number;
  log: (message: string) => void;
  /** Ends the wait early with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const pollIntervalMs = 50;
const progressIntervalMs = 5_000;

/** Resolves to false once the signal aborts. */
function untilAborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}

/**
 * Polls until the condition holds; an error it throws means "not yet", and is the cause of the error
 * thrown when the time is over. Says every few seconds that it is still waiting.
 */
export async function waitUntil(
  condition: () => Promise<boolean>,
  { what, timeoutMs, log, signal }: WaitOptions,
): Promise<void> {
  const startedAt = Date.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  // A condition that never answers, such as a connection to something else on the port, must not hold it up.
  const interrupted = untilAborted(signal ? AbortSignal.any([signal, timeout]) : timeout);
  let nextProgressMs = progressIntervalMs;
  let lastError: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      if (await Promise.race([condition(), interrupted])) return;
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
