import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Cache, CacheStatus } from './cache.ts';

/** A cache that takes longer than this is not worth waiting for. */
const commandTimeoutMs = 250;
/** Longest pause between two attempts to reach the server again. */
const maxReconnectMs = 2_000;
/** Keys looked at, and dropped, in one command. */
const scanCount = 1_000;
/** Redis compares and sets in one command only from 8.4 on, and Valkey in another way. */
const replaceScript = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  end`;

/** Redis, or Valkey. While it is away, reads miss and writes are lost; that is said once, not at every operation. */
export class RedisCache implements Cache {
  readonly #redis: Redis;
  readonly #logger: Logger;
  #isAway = false;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = new Redis(url, {
      commandTimeout: commandTimeoutMs,
      connectTimeout: commandTimeoutMs * 4,
      // Not connected means a miss now, not a command that waits for the server to return.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectMs),
    });
    this.#redis.on('ready', () => this.#noteUp());
    this.#redis.on('error', (error) => this.#noteAway(error));
  }

  /** Resolves once connected, or after a second: at the start the first requests should find the cache. */
  async connected(): Promise<void> {
    if (this.#redis.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, commandTimeoutMs * 4);
      this.#redis.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  get(key: string): Promise<string | null> {
    return this.#attempt(() => this.#redis.get(key), null);
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#attempt(() => this.#redis.set(key, value, 'EX', ttlSeconds), null);
  }

  async replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#attempt(
      () => this.#redis.eval(replaceScript, 1, key, expected, value, ttlSeconds),
      null,
    );
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#attempt(() => this.#redis.unlink(...keys), 0);
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    await this.#attempt(async () => {
      const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
      for (let cursor = '0', isFirst = true; isFirst || cursor !== '0'; isFirst = false) {
        const [next, keys] = await this.#redis.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
        if (keys.length > 0) await this.#redis.unlink(...keys);
        cursor = next;
      }
    }, undefined);
  }

  async add(key: string, member: string, ttlSeconds: number): Promise<void> {
    await this.#attempt(
      () => this.#redis.multi().sadd(key, member).expire(key, ttlSeconds).exec(),
      null,
    );
  }

  async members(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    return this.#attempt(async () => {
      const members: string[] = [];
      for (let start = 0; start < keys.length; start += scanCount) {
        members.push(...(await this.#redis.sunion(...keys.slice(start, start + scanCount))));
      }
      return members;
    }, []);
  }

  status(): Promise<CacheStatus> {
    return this.#attempt<CacheStatus>(async () => {
      await this.#redis.ping();
      return 'up';
    }, 'away');
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #attempt<Result>(operation: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      this.#noteAway(error);
      return otherwise;
    }
  }

  #noteAway(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#logger.warn({ err: error }, 'the cache is away; going on without it');
  }

  #noteUp(): void {
    if (this.#isAway) this.#logger.info('the cache is back');
    this.#isAway = false;
  }
}
