import type { Redis } from 'ioredis';
import { connectRedis, type RedisServer } from './connect-redis.ts';
import { traceCommand } from './trace-command.ts';

/** The count of all processes under a key. */
export interface SharedCount {
  total: number;
  /** Time until the count starts from zero. */
  msLeft: number;
}

/** Counts within a window of time, which begins with the first event of a key. */
export interface WindowCounts {
  /** Adds to a count. Null while Redis is away. */
  add(key: string, points: number): Promise<SharedCount | null>;
}

/** Counts that the API's processes share. Without Redis, or while it is away, each process counts alone. */
export interface SharedCounts {
  inWindows(name: string, windowSeconds: number): WindowCounts;
  close(): Promise<void>;
}

/** Uses a separate connection, so that counts and the cache do not delay each other. */
export function createSharedCounts(server: RedisServer | undefined): SharedCounts {
  if (server === undefined)
    return { inWindows: () => ({ add: async () => null }), close: async () => {} };
  const redis = connectRedis(server);
  // The cache uses the same server, and logs when it is away.
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
        const replies = await traceCommand('INCRBY', () =>
          redis
            .multi()
            // Begins the window, unless there is one.
            .set(counter, 0, 'EX', windowSeconds, 'NX')
            .incrby(counter, points)
            .pttl(counter)
            .exec(),
        );
        const [, total, msLeft] = replies?.map(([, reply]) => reply) ?? [];
        return isWhole(total) && isWhole(msLeft) ? { total, msLeft } : null;
      } catch {
        return null;
      }
    },
  };
}

/** A server that is not Redis, or a key that is not a counter, may reply with anything. */
const isWhole = (reply: unknown): reply is number => Number.isSafeInteger(reply);
