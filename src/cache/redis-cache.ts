import { type Redis, ReplyError } from 'ioredis';
import type { Logger } from 'pino';
import { Gauge } from 'prom-client';
import { reportAway } from '../error-reports/report-error.ts';
import type { Cache, CacheStatistics, CacheStatus } from './cache.ts';
import { commandTimeoutMs, connectRedis, type RedisServer } from './connect-redis.ts';
import { traceCommand } from './trace-command.ts';

const cacheUp = new Gauge({
  name: 'tallyflow_cache_up',
  help: 'Whether Redis answers this process.',
});
// A process without Redis says nothing about it.
cacheUp.remove();

/** The number of keys that one command scans or drops. */
const scanCount = 1_000;
/** A script, because Redis has a command that compares and sets only since 8.4, and Valkey has a different one. */
const replaceScript = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  end`;

/**
 * Redis, or Valkey. While the server is away, reads miss and writes are lost; this is logged once, not at every
 * operation. Drops must not be lost: a server that was only out of reach still holds outdated entries. So after a
 * lost drop, this process reads nothing from the server until it has dropped all of Tallyflow's keys.
 */
export class RedisCache implements Cache {
  readonly #redis: Redis;
  readonly #ownPrefixes: readonly string[];
  readonly #logger: Logger;
  #isAway = false;
  #isHangingUp = false;
  /** The number of drops that failed, and how many of these were repeated since. */
  #lostDropCount = 0;
  #madeUpForCount = 0;

  /** @param ownPrefixes of the keys to drop when it is not known which of them are outdated */
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

  /** Resolves once connected, or after a second, so that the first requests find the cache. */
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
    return this.#read('GET', () => this.#redis.get(key));
  }

  async getListed(key: string, list: string): Promise<string | null> {
    return this.#read('GET', async () => {
      const [text, isListed] = await Promise.all([
        this.#redis.get(key),
        this.#redis.sismember(list, key),
      ]);
      return isListed === 1 ? text : null;
    });
  }

  async #read(name: string, operation: () => Promise<string | null>): Promise<string | null> {
    if (this.#lostDropCount > this.#madeUpForCount) return null;
    const text: unknown = await this.#attempt(name, operation, null);
    // A server that is not Redis may reply with anything.
    return typeof text === 'string' ? text : null;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#attempt('SET', () => this.#redis.set(key, value, 'EX', ttlSeconds), null);
  }

  async replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#attempt(
      'EVAL',
      () => this.#redis.eval(replaceScript, 1, key, expected, value, ttlSeconds),
      null,
    );
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#attemptDrop('UNLINK', () => this.#redis.unlink(...keys), 0);
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    await this.#attemptDrop(
      'SCAN',
      async () => {
        const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
        for (let cursor = '0', isFirst = true; isFirst || cursor !== '0'; isFirst = false) {
          const [next, keys] = await this.#redis.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
          if (keys.length > 0) await this.#redis.unlink(...keys);
          cursor = next;
        }
      },
      undefined,
    );
  }

  async add(key: string, member: string, ttlSeconds: number): Promise<void> {
    await this.#attempt(
      'SADD',
      () => this.#redis.multi().sadd(key, member).expire(key, ttlSeconds).exec(),
      null,
    );
  }

  async members(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    // The members are needed for a drop, so a failure here counts as a lost drop.
    return this.#attemptDrop('SUNION', async () => {
      const members: string[] = [];
      for (let start = 0; start < keys.length; start += scanCount) {
        members.push(...(await this.#redis.sunion(...keys.slice(start, start + scanCount))));
      }
      return members;
    }, []);
  }

  status(): Promise<CacheStatus> {
    return this.#attempt<CacheStatus>(
      'PING',
      async () => {
        await this.#redis.ping();
        return 'up';
      },
      'away',
    );
  }

  statistics(): Promise<CacheStatistics | null> {
    return this.#attempt(
      'INFO',
      async () => {
        const [keyCount, info] = await Promise.all([
          this.#redis.dbsize(),
          this.#redis.info('stats'),
        ]);
        const count = (name: string) =>
          Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
        const lookups = { hits: count('keyspace_hits'), misses: count('keyspace_misses') };
        return { keyCount, lookups };
      },
      null,
    );
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #attempt<Result>(
    name: string,
    operation: () => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    try {
      return await traceCommand(name, operation);
    } catch (error) {
      this.#noteAway(error);
      if (!(error instanceof ReplyError)) this.#hangUp();
      return otherwise;
    }
  }

  async #attemptDrop<Result>(
    name: string,
    operation: () => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    return this.#attempt(
      name,
      () =>
        operation().catch((error: unknown) => {
          this.#lostDropCount++;
          // The next connection repeats the drop, also when the server answered with an error.
          this.#hangUp();
          throw error;
        }),
      otherwise,
    );
  }

  /**
   * Reconnects after a timeout. Operations fail immediately until the new connection works; otherwise each of them
   * would wait for the timeout.
   */
  #hangUp(): void {
    if (this.#isHangingUp || this.#redis.status !== 'ready') return;
    this.#isHangingUp = true;
    this.#redis.disconnect(true);
  }

  #noteAway(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    cacheUp.set(0);
    this.#logger.warn({ err: error }, 'the cache is away; going on without it');
    reportAway('redis');
  }

  #noteUp(): void {
    if (this.#isAway) this.#logger.info('the cache is back');
    this.#isAway = false;
    cacheUp.set(1);
    if (this.#lostDropCount > this.#madeUpForCount) void this.#makeUpForLostDrops();
  }

  async #makeUpForLostDrops(): Promise<void> {
    const count = this.#lostDropCount;
    // A drop that fails here counts as lost, so the next connection repeats it.
    for (const prefix of this.#ownPrefixes) await this.deleteByPrefix(prefix);
    this.#madeUpForCount = count;
  }
}
