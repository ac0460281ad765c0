import { LRUCache } from 'lru-cache';
import type { Cache, CacheStatistics, CacheStatus } from './cache.ts';

/** Limits the memory. */
const maxEntries = 10_000;

/** The cache of a single process, for a stack without a Redis server. */
export class MemoryCache implements Cache {
  readonly #entries = new LRUCache<string, string | Set<string>>({ max: maxEntries });

  async get(key: string): Promise<string | null> {
    const value = this.#entries.get(key);
    return typeof value === 'string' ? value : null;
  }

  async getListed(key: string, list: string): Promise<string | null> {
    const members = this.#entries.get(list);
    return members instanceof Set && members.has(key) ? this.get(key) : null;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.#entries.set(key, value, { ttl: ttlSeconds * 1000 });
  }

  async replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void> {
    if (this.#entries.get(key) === expected) await this.set(key, value, ttlSeconds);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    await this.delete([...this.#entries.keys()].filter((key) => key.startsWith(prefix)));
  }

  async add(key: string, member: string, ttlSeconds: number): Promise<void> {
    const value = this.#entries.get(key);
    const set = value instanceof Set ? value : new Set<string>();
    this.#entries.set(key, set.add(member), { ttl: ttlSeconds * 1000 });
  }

  async members(keys: readonly string[]): Promise<string[]> {
    return keys.flatMap((key) => {
      const value = this.#entries.get(key);
      return value instanceof Set ? [...value] : [];
    });
  }

  async status(): Promise<CacheStatus> {
    return 'memory';
  }

  async statistics(): Promise<CacheStatistics> {
    return { keyCount: this.#entries.size, lookups: null };
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}
