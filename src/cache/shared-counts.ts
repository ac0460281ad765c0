import type { Redis } from 'ioredis';
import { connectRedis, type RedisServer } from './connect-redis.ts';

/** What all processes have counted under a key. */
export interface SharedCount {
  total: number;
  /** Until it starts anew. */
  msLeft: number;
}

/** Counts of what happened within a window of time, which begins with the first one of its key. */
export interface WindowCounts {
  /** Adds to a count. Null while the others can't be told. */
  add(key: string, points: number): Promise<SharedCount | null>;
}

/** Counts that the API's processes share; each process counts alone where there is no Redis, or while it is away. */
export interface SharedCounts {
  inWindows(name: string, windowSeconds: number): WindowCounts;
  close(): Promise<void>;
}

/** On a connection of its own, so that it neither waits for the cache nor holds it up. */
export function createSharedCounts(server: RedisServer | undefined): SharedCounts {
  if (server === undefined)
    return { inWindows: () => ({ add: async () => null }), close: async () => {} };
  const redis = connectRedis(server);
  // The cache, which the same server holds, says when it is away.
  redis.on('error', () => {});
  return {
    inWindows: (name, windowSeconds) => inWindows(redis, name, windowSeconds),
    close: async () => redis.disconnect(),
  };
}

function inWindows(redis: Redis, name: string, windowSeconds: number): WindowCounts {
  return {
    async add(key, points) {
      const counter = `rate:${name}:${key}`;
      try {
        const replies = await redis
          .multi()
          // The first one of a window begins it.
          .set(counter, 0, 'EX', windowSeconds, 'NX')
          .incrby(counter, points)
          .pttl(counter)
          .exec();
        const [, total, msLeft] = replies?.map(([, reply]) => reply) ?? [];
        return isWhole(total) && isWhole(msLeft) ? { total, msLeft } : null;
      } catch {
        return null;
      }
    },
  };
}

/** What is no Redis, or no counter, may reply with anything. */
const isWhole = (reply: unknown): reply is number => Number.isSafeInteger(reply);
