import { useSyncExternalStore } from 'react';

/** Between two attempts; the page comes back by itself within it. */
const retryMs = 2_000;

const listeners = new Set<() => void>();
let isAway = false;
let timer: ReturnType<typeof setInterval> | undefined;

/** A request has got no answer; from now on the server is asked until it gives one. */
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
    // Still away; the next attempt follows.
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

/** Whether the server has not answered since a request was lost. */
export const useServerAway = (): boolean => useSyncExternalStore(subscribe, () => isAway);
