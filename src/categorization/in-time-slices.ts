import { setImmediate as nextTurn } from 'node:timers/promises';

/** The time for which other requests may wait. */
const sliceMs = 20;
/** An entry takes microseconds, so the clock is checked often enough. */
const entriesPerSlice = 100;

/** Yields the entries some at a time, and lets other work of the process run in between. */
export async function* inTimeSlices<Entry>(
  entries: readonly Entry[],
): AsyncGenerator<readonly Entry[]> {
  let endsAt = performance.now() + sliceMs;
  for (let start = 0; start < entries.length; start += entriesPerSlice) {
    if (performance.now() > endsAt) {
      await nextTurn();
      endsAt = performance.now() + sliceMs;
    }
    yield entries.slice(start, start + entriesPerSlice);
  }
}
