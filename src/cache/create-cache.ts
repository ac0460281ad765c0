import type { Logger } from 'pino';
import type { Cache } from './cache.ts';
import type { RedisServer } from './connect-redis.ts';
import { MemoryCache } from './memory-cache.ts';
import { patternsKey } from './pattern-cache.ts';
import { RedisCache } from './redis-cache.ts';
import { reportIndexPrefix, reportPrefix } from './report-cache.ts';

/** Tallyflow may drop only these keys: others may use the same Redis database. */
const ownPrefixes = [reportPrefix, reportIndexPrefix, patternsKey];

export async function createCache(server: RedisServer | undefined, logger: Logger): Promise<Cache> {
  if (server === undefined) return new MemoryCache();
  const cache = new RedisCache(server, ownPrefixes, logger);
  await cache.connected();
  return cache;
}
