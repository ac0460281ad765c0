import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../connection/database.ts';
import { noteRanges } from '../search/note-ranges.ts';
import { foldTotals } from './fold-totals.ts';

/**
 * Between two looks at what has been completed. Reports are right all along, and read row by row what is
 * not in the totals yet; so a moment's patience costs little, and lets many small batches be taken in at
 * once. The more work there was, the longer the pause: to take in ten thousand rows of small batches in one go
 * costs half of what it costs in three, and clients who are sending them wait for the same processors.
 */
const pauseMs = { atLeast: 2_000, atMost: 5_000, timesTheWork: 10 };

/**
 * Takes completed batches into the totals, and notes their ranges, until the signal says stop; what is under
 * way then is finished.
 * Any number of processes may do so, of which one at a time gets to it. What is left to do is in the
 * database, so there is nothing that a crash could lose.
 */
export async function keepTotals(
  database: Database,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      while (!signal.aborted && (await foldTotals(database)));
      while (!signal.aborted && (await noteRanges(database)));
      if (isFailing) logger.info('batches are taken into the totals again');
      isFailing = false;
    } catch (error) {
      // Said once, not every two seconds while the database is away.
      if (!isFailing) logger.warn({ err: error }, 'could not take batches into the totals');
      isFailing = true;
    }
    await sleep(pauseAfter(performance.now() - startedAt), undefined, { signal }).catch(() => {});
  }
}

const pauseAfter = (workMs: number): number =>
  Math.min(Math.max(workMs * pauseMs.timesTheWork, pauseMs.atLeast), pauseMs.atMost);
