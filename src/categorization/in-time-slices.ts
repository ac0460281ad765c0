import { TimeSlices } from './time-slices.ts';

/** An entry takes microseconds, so the clock is checked often enough. */
const entriesPerSlice = 100;

/** Yields the entries some at a time, and lets other work of the process run in between. */
export async function* inTimeSlices<Entry>(
  entries: readonly Entry[],
): AsyncGenerator<readonly Entry[]> {
  const slices = new TimeSlices();
  for (let start = 0; start < entries.length; start += entriesPerSlice) {
    await slices.pause();
    yield entries.slice(start, start + entriesPerSlice);
  }
}
