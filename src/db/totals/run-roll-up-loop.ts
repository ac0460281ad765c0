import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../connection/database.ts';
import { buildSearchRanges } from '../search/build-search-ranges.ts';
import { rollUpTotals } from './roll-up-totals.ts';

/**
 * The pause between two rounds. Reports are right all along, since they read one by one the rows that are not
 * rolled up yet. So a pause costs little, and lets many small batches be rolled up at once. The longer a round
 * took, the longer the pause: rolling up ten thousand rows of small batches in one round costs half as much as
 * in three, and clients who are sending them compete for the same processors.
 */
const pauseMs = { atLeast: 2_000, atMost: 5_000, timesTheWork: 10 };

/**
 * Rolls up completed batches, and builds their search ranges, until the signal aborts; a transaction that is
 * under way then is finished. Any number of processes may run this, and one at a time does the work. What is
 * left to do stands in the database, so a crash loses nothing. `onFailure` is told the first error of a row of them.
 */
export async function runRollUpLoop(
  database: Database,
  logger: Logger,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      while (!signal.aborted && (await rollUpTotals(database)));
      while (!signal.aborted && (await buildSearchRanges(database)));
      if (isFailing) logger.info('rolling up totals and building search ranges works again');
      isFailing = false;
    } catch (error) {
      // Logged once, not every two seconds while the database is away.
      if (!isFailing) {
        logger.warn({ err: error }, 'could not roll up totals or build search ranges');
        onFailure(error);
      }
      isFailing = true;
    }
    await sleep(pauseAfter(performance.now() - startedAt), undefined, { signal }).catch(() => {});
  }
}

const pauseAfter = (workMs: number): number =>
  Math.min(Math.max(workMs * pauseMs.timesTheWork, pauseMs.atLeast), pauseMs.atMost);
