import type { Logger } from 'pino';
import type { Cache } from './cache.ts';
import { MemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';

export async function createCache(url: string | undefined, logger: Logger): Promise<Cache> {
  if (url === undefined) return new MemoryCache();
  const cache = new RedisCache(url, logger);
  await cache.connected();
  return cache;
}
