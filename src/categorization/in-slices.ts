import { setImmediate as nextTurn } from 'node:timers/promises';

/** So long may other requests wait. */
const sliceMs = 20;
/** Each takes microseconds, so that the clock is looked at often enough. */
const entriesPerSlice = 100;

/** Gives the entries some at a time, and lets everything else of the process have its turn in between. */
export async function* inSlices<Entry>(
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
