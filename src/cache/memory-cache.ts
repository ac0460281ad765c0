import type { Cache, CacheStatistics, CacheStatus } from './cache.ts';

/** Bounds the memory; the oldest entry makes room. */
const maxEntries = 10_000;

interface Entry {
  value: string | Set<string>;
  /** Milliseconds since the epoch. */
  until: number;
}

/** The cache of a single process, for a stack without a Redis server. */
export class MemoryCache implements Cache {
  readonly #entries = new Map<string, Entry>();

  async get(key: string): Promise<string | null> {
    const value = this.#read(key);
    return typeof value === 'string' ? value : null;
  }

  async getListed(key: string, list: string): Promise<string | null> {
    const members = this.#read(list);
    return members instanceof Set && members.has(key) ? this.get(key) : null;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.#write(key, value, ttlSeconds);
  }

  async replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void> {
    if (this.#read(key) === expected) this.#write(key, value, ttlSeconds);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  async add(key: string, member: string, ttlSeconds: number): Promise<void> {
    const value = this.#read(key);
    const set = value instanceof Set ? value : new Set<string>();
    this.#write(key, set.add(member), ttlSeconds);
  }

  async members(keys: readonly string[]): Promise<string[]> {
    return keys.flatMap((key) => {
      const value = this.#read(key);
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

  #read(key: string): string | Set<string> | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.until > Date.now()) return entry.value;
    this.#entries.delete(key);
    return null;
  }

  #write(key: string, value: string | Set<string>, ttlSeconds: number): void {
    this.#entries.delete(key);
    if (this.#entries.size >= maxEntries) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, until: Date.now() + ttlSeconds * 1000 });
  }
}
