import { type Redis, ReplyError } from 'ioredis';
import type { Logger } from 'pino';
import type { Cache, CacheStatistics, CacheStatus } from './cache.ts';
import { commandTimeoutMs, connectRedis, type RedisServer } from './connect-redis.ts';

/** Keys looked at, and dropped, in one command. */
const scanCount = 1_000;
/** Redis compares and sets in one command only from 8.4 on, and Valkey in another way. */
const replaceScript = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  end`;

/**
 * Redis, or Valkey. While it is away, reads miss and writes are lost; that is said once, not at every
 * operation. Drops must not be lost with them: a server that was only out of reach still holds what should
 * have gone, so that this process reads nothing from it before it has dropped all that is Tallyflow's.
 */
export class RedisCache implements Cache {
  readonly #redis: Redis;
  readonly #ownPrefixes: readonly string[];
  readonly #logger: Logger;
  #isAway = false;
  #isHangingUp = false;
  /** Drops that did not get through, and how many of them were made up for since. */
  #lostDropCount = 0;
  #madeUpForCount = 0;

  /** `ownPrefixes`: how the keys begin that may be dropped when it is not known which of them are outdated. */
  constructor(server: RedisServer, ownPrefixes: readonly string[], logger: Logger) {
    this.#ownPrefixes = ownPrefixes;
    this.#logger = logger;
    this.#redis = connectRedis(server);
    this.#redis.on('ready', () => this.#noteUp());
    this.#redis.on('close', () => {
      this.#isHangingUp = false;
    });
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

  async get(key: string): Promise<string | null> {
    return this.#read(() => this.#redis.get(key));
  }

  async getListed(key: string, list: string): Promise<string | null> {
    return this.#read(async () => {
      const [text, isListed] = await Promise.all([
        this.#redis.get(key),
        this.#redis.sismember(list, key),
      ]);
      return isListed === 1 ? text : null;
    });
  }

  async #read(operation: () => Promise<string | null>): Promise<string | null> {
    if (this.#lostDropCount > this.#madeUpForCount) return null;
    const text: unknown = await this.#attempt(operation, null);
    // What is no Redis at all may reply with anything.
    return typeof text === 'string' ? text : null;
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
    if (keys.length > 0) await this.#attemptDrop(() => this.#redis.unlink(...keys), 0);
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    await this.#attemptDrop(async () => {
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
    // They are asked for in order to be dropped.
    return this.#attemptDrop(async () => {
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

  statistics(): Promise<CacheStatistics | null> {
    return this.#attempt(async () => {
      const [keyCount, info] = await Promise.all([this.#redis.dbsize(), this.#redis.info('stats')]);
      const count = (name: string) =>
        Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
      const lookups = { hits: count('keyspace_hits'), misses: count('keyspace_misses') };
      return { keyCount, lookups };
    }, null);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #attempt<Result>(operation: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      this.#noteAway(error);
      if (!(error instanceof ReplyError)) this.#hangUp();
      return otherwise;
    }
  }

  async #attemptDrop<Result>(operation: () => Promise<Result>, otherwise: Result): Promise<Result> {
    return this.#attempt(
      () =>
        operation().catch((error: unknown) => {
          this.#lostDropCount++;
          // It is made up for on the next connection, also when the server did answer: with an error.
          this.#hangUp();
          throw error;
        }),
      otherwise,
    );
  }

  /**
   * A server that did not answer in time would make every operation wait for as long. Until a new
   * connection has proven that it answers, they fail at once.
   */
  #hangUp(): void {
    if (this.#isHangingUp || this.#redis.status !== 'ready') return;
    this.#isHangingUp = true;
    this.#redis.disconnect(true);
  }

  #noteAway(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#logger.warn({ err: error }, 'the cache is away; going on without it');
  }

  #noteUp(): void {
    if (this.#isAway) this.#logger.info('the cache is back');
    this.#isAway = false;
    if (this.#lostDropCount > this.#madeUpForCount) void this.#makeUpForLostDrops();
  }

  async #makeUpForLostDrops(): Promise<void> {
    const count = this.#lostDropCount;
    // One that fails counts as lost itself, so that the next connection tries again.
    for (const prefix of this.#ownPrefixes) await this.deleteByPrefix(prefix);
    this.#madeUpForCount = count;
  }
}
