import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { withTimeout } from '../domain/with-timeout.ts';
import { commandTimeoutMs, connectRedis, type RedisServer } from './connect-redis.ts';
import { type ThroughputCounts, throughputFigures } from './read-throughput-totals.ts';

export interface ThroughputMinute extends ThroughputCounts {
  /** The begin of the minute, in milliseconds since the epoch. */
  startsAtMs: number;
}

export interface ThroughputOfHour {
  /** Whether these are the counts of all processes, or of this one alone. */
  isShared: boolean;
  /** The last 60 minutes, the oldest first. The last one is not over. */
  minutes: ThroughputMinute[];
}

/** How often a process notes and shares what it has counted. */
const noteMs = 5_000;
const minuteMs = 60_000;
const minutesShown = 60;
/** Longer than they are shown, since the clocks of processes differ. */
const expirySeconds = 2 * 3_600;

const nothing = (): ThroughputCounts =>
  Object.fromEntries(throughputFigures.map((figure) => [figure, 0])) as ThroughputCounts;

/** By the minute's begin. */
type ByMinute = Map<number, ThroughputCounts>;

interface Noted {
  counts: ThroughputCounts;
  /** Whether Redis has these counts, or is about to get them. */
  isShared: boolean;
}

/**
 * Counts of the last hour by the minute, of all processes where there is Redis. They are made of the totals that
 * metrics count anyway, off the path of requests: the totals are read every five seconds, and what they have grown by
 * is added to the minute. In Redis each process has a field of its own in the minute's hash, which it overwrites, so
 * that a command that is sent twice, or runs after nobody waits for it any more, counts nothing twice.
 */
export class Throughput {
  /** Names the field of this process. */
  readonly #instance = randomUUID();
  readonly #readTotals: () => Promise<ThroughputCounts>;
  readonly #redis: Redis | null;
  readonly #timer: NodeJS.Timeout;
  /** By the minute's begin. */
  readonly #noted = new Map<number, Noted>();
  #totals = nothing();
  /** Each count waits for the one before, so that no growth is counted twice. */
  #lastCount: Promise<void> = Promise.resolve();
  /** One command of each kind is under way at most: while a server hangs, the connection keeps all that it is given. */
  #sharing: Promise<void> | null = null;
  #reading: Promise<ByMinute> | null = null;

  /** @param readTotals since the process started */
  constructor(readTotals: () => Promise<ThroughputCounts>, server: RedisServer | undefined) {
    this.#readTotals = readTotals;
    this.#redis = server === undefined ? null : connectRedis(server, null);
    // The cache uses the same server, and logs when it is away.
    this.#redis?.on('error', () => {});
    this.#timer = setInterval(() => void this.note(), noteMs).unref();
  }

  /** Notes what has been counted since the last note, and shares it. */
  async note(): Promise<void> {
    await this.#count();
    await withTimeout(commandTimeoutMs, this.#share(), undefined);
  }

  /** Takes no longer than a command may, whatever Redis does. */
  async lastHour(): Promise<ThroughputOfHour> {
    await this.#count();
    const now = minuteOf(Date.now());
    const starts = Array.from(
      { length: minutesShown },
      (_, index) => now - (minutesShown - 1 - index) * minuteMs,
    );
    const others = await this.#readOthers(starts);
    return {
      isShared: others !== null,
      minutes: starts.map((startsAtMs) => ({
        startsAtMs,
        ...sumOf([this.#noted.get(startsAtMs)?.counts, others?.get(startsAtMs)]),
      })),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.note();
    // The one that was under way may not have had the last counts.
    await withTimeout(commandTimeoutMs, this.#share(), undefined);
    this.#redis?.disconnect();
  }

  #count(): Promise<void> {
    this.#lastCount = this.#lastCount.then(async () => {
      const totals = await this.#readTotals();
      const minute = minuteOf(Date.now());
      const noted = this.#noted.get(minute) ?? { counts: nothing(), isShared: true };
      for (const figure of throughputFigures) {
        const growth = totals[figure] - this.#totals[figure];
        if (growth === 0) continue;
        noted.counts[figure] += growth;
        noted.isShared = false;
      }
      this.#totals = totals;
      this.#noted.set(minute, noted);
      for (const start of this.#noted.keys())
        if (start <= minute - minutesShown * minuteMs) this.#noted.delete(start);
    });
    return this.#lastCount;
  }

  #share(): Promise<void> {
    this.#sharing ??= this.#send().finally(() => {
      this.#sharing = null;
    });
    return this.#sharing;
  }

  /** What could not be shared stays for the next time, for as long as it would be shown. */
  async #send(): Promise<void> {
    const unshared = [...this.#noted].filter(([, { isShared }]) => !isShared);
    if (this.#redis === null || unshared.length === 0) return;
    const commands = this.#redis.multi();
    for (const [start, noted] of unshared) {
      commands.hset(keyOf(start), this.#instance, JSON.stringify(noted.counts));
      commands.expire(keyOf(start), expirySeconds);
      noted.isShared = true;
    }
    try {
      await commands.exec();
    } catch {
      for (const [, noted] of unshared) noted.isShared = false;
    }
  }

  /** The counts of all other processes; null without Redis, or while it is away. */
  async #readOthers(starts: readonly number[]): Promise<ByMinute | null> {
    const redis = this.#redis;
    if (redis === null) return null;
    this.#reading ??= this.#read(redis, starts).finally(() => {
      this.#reading = null;
    });
    return withTimeout(commandTimeoutMs, this.#reading, null);
  }

  async #read(redis: Redis, starts: readonly number[]): Promise<ByMinute> {
    const commands = redis.pipeline();
    for (const start of starts) commands.hgetall(keyOf(start));
    const replies = (await commands.exec()) ?? [];
    return new Map(
      replies.map(([error, reply], index) => {
        if (error !== null) throw error;
        const { [this.#instance]: _own, ...others } = reply as Record<string, string>;
        const counts = Object.values(others).map((text) => JSON.parse(text) as ThroughputCounts);
        return [starts[index] as number, sumOf(counts)];
      }),
    );
  }
}

const sumOf = (all: readonly (ThroughputCounts | undefined)[]): ThroughputCounts => {
  const sum = nothing();
  for (const counts of all)
    for (const figure of throughputFigures) sum[figure] += counts?.[figure] ?? 0;
  return sum;
};

const minuteOf = (ms: number): number => ms - (ms % minuteMs);

const keyOf = (startsAtMs: number): string => `throughput:${startsAtMs / minuteMs}`;
