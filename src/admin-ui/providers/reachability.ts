import { useSyncExternalStore } from 'react';

/** The time between two attempts, within which the page recovers by itself. */
const retryMs = 2_000;

const listeners = new Set<() => void>();
let isAway = false;
let timer: ReturnType<typeof setInterval> | undefined;

/** Notes that a request got no answer, and asks the server until it gives one. */
export function reportUnreachable(): void {
  if (isAway) return;
  setAway(true);
  timer = setInterval(() => void ask(), retryMs);
}

async function ask(): Promise<void> {
  try {
    await fetch('/healthz', { cache: 'no-store' });
    clearInterval(timer);
    setAway(false);
  } catch {
    // The server is still away, and the next attempt follows.
  }
}

function setAway(away: boolean): void {
  isAway = away;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a request got no answer, and the server has given none since. */
export const useServerAway = (): boolean => useSyncExternalStore(subscribe, () => isAway);
