import { setFlagsFromString } from 'node:v8';

/**
 * Collects garbage when the heap has grown by 40 % since the last time, instead of by up to 300 % as V8
 * does on a machine with much memory. Rows that pass through are garbage at once: with 1,000,000 of
 * them as NDJSON, and 100,000 as JSON after it, the resident memory peaked at 301 instead of 489 MB in
 * the API and at 231 instead of 366 MB in the worker, in the same time.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=40');
}
