import type { Redis } from 'ioredis';
import { connectRedis, type RedisServer } from './connect-redis.ts';

/** What is counted by the minute. */
export const activityFigures = [
  'batchesIn',
  'rowsIn',
  'batchesCompleted',
  'batchesFailed',
  'rowsCompleted',
  'refusals',
] as const;

type Figure = (typeof activityFigures)[number];

export type ActivityCounts = Record<Figure, number>;

export interface ActivityMinute extends ActivityCounts {
  /** The begin of the minute, in milliseconds since the epoch. */
  startsAtMs: number;
}

export interface ActivityOfHour {
  /** Whether these are the counts of all processes, or of this one alone. */
  isShared: boolean;
  /** The last 60 minutes, the oldest first. The last one is not over. */
  minutes: ActivityMinute[];
}

/** How often a process notes and shares what it has counted. */
const noteMs = 5_000;
const minuteMs = 60_000;
const minutesShown = 60;
/** Longer than they are shown, since the clocks of processes differ. */
const expirySeconds = 2 * 3_600;

const nothing = (): ActivityCounts => ({
  batchesIn: 0,
  rowsIn: 0,
  batchesCompleted: 0,
  batchesFailed: 0,
  rowsCompleted: 0,
  refusals: 0,
});

interface Noted {
  counts: ActivityCounts;
  /** The part of the counts that is not in Redis yet. */
  unshared: ActivityCounts;
}

/**
 * Counts of the last hour by the minute, of all processes where there is Redis. They are made of the totals that
 * metrics count anyway, off the path of requests: the totals are read every five seconds, and what they have grown by
 * is shared with one command.
 */
export class Activity {
  readonly #readTotals: () => Promise<ActivityCounts>;
  readonly #redis: Redis | null;
  readonly #timer: NodeJS.Timeout;
  /** By the minute's begin. */
  readonly #noted = new Map<number, Noted>();
  #totals = nothing();
  /** Each note waits for the one before, so that nothing is noted twice. */
  #lastNote: Promise<void> = Promise.resolve();

  /** @param readTotals since the process started */
  constructor(readTotals: () => Promise<ActivityCounts>, server: RedisServer | undefined) {
    this.#readTotals = readTotals;
    this.#redis = server === undefined ? null : connectRedis(server);
    // The cache uses the same server, and logs when it is away.
    this.#redis?.on('error', () => {});
    this.#timer = setInterval(() => void this.note(), noteMs).unref();
  }

  /** Notes what has been counted since the last note, and shares it. */
  note(): Promise<void> {
    this.#lastNote = this.#lastNote.then(() => this.#note());
    return this.#lastNote;
  }

  async lastHour(): Promise<ActivityOfHour> {
    await this.note();
    const now = minuteOf(Date.now());
    const starts = Array.from(
      { length: minutesShown },
      (_, index) => now - (minutesShown - 1 - index) * minuteMs,
    );
    const shared = await this.#readShared(starts);
    const counts = shared ?? starts.map((start) => this.#noted.get(start)?.counts ?? nothing());
    return {
      isShared: shared !== null,
      minutes: starts.map((startsAtMs, index) => ({
        startsAtMs,
        ...(counts[index] as ActivityCounts),
      })),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.note();
    this.#redis?.disconnect();
  }

  async #note(): Promise<void> {
    const totals = await this.#readTotals();
    const minute = minuteOf(Date.now());
    const noted = this.#noted.get(minute) ?? { counts: nothing(), unshared: nothing() };
    for (const figure of activityFigures) {
      const growth = totals[figure] - this.#totals[figure];
      noted.counts[figure] += growth;
      noted.unshared[figure] += growth;
    }
    this.#totals = totals;
    this.#noted.set(minute, noted);
    for (const start of this.#noted.keys())
      if (start <= minute - minutesShown * minuteMs) this.#noted.delete(start);
    await this.#share();
  }

  /** What could not be shared stays for the next time, for as long as it would be shown. */
  async #share(): Promise<void> {
    if (this.#redis === null) return;
    const commands = this.#redis.multi();
    const sent: Noted[] = [];
    for (const [start, noted] of this.#noted) {
      const grown = activityFigures.filter((figure) => noted.unshared[figure] > 0);
      if (grown.length === 0) continue;
      for (const figure of grown) commands.hincrby(keyOf(start), figure, noted.unshared[figure]);
      commands.expire(keyOf(start), expirySeconds);
      sent.push(noted);
    }
    if (sent.length === 0) return;
    try {
      await commands.exec();
    } catch {
      return;
    }
    for (const noted of sent) noted.unshared = nothing();
  }

  /** The counts of all processes; null without Redis, or while it is away. */
  async #readShared(starts: readonly number[]): Promise<ActivityCounts[] | null> {
    if (this.#redis === null) return null;
    const commands = this.#redis.pipeline();
    for (const start of starts) commands.hmget(keyOf(start), ...activityFigures);
    try {
      const replies = (await commands.exec()) ?? [];
      return replies.map(([error, values]) => {
        if (error !== null) throw error;
        const counts = nothing();
        activityFigures.forEach((figure, index) => {
          counts[figure] = Number((values as (string | null)[])[index] ?? 0);
        });
        return counts;
      });
    } catch {
      return null;
    }
  }
}

const minuteOf = (ms: number): number => ms - (ms % minuteMs);

const keyOf = (startsAtMs: number): string => `activity:${startsAtMs / minuteMs}`;
