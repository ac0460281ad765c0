import type { LookupCounts } from './lookup-counts.ts';

/**
 * A cache of texts by key. Its operations never throw: without the cache everything works, only slower. A failed
 * read is a miss, and a failed write is lost.
 */
export interface Cache {
  get(key: string): Promise<string | null>;
  /** Like `get`, but a miss unless the set under the key `list` contains the key. */
  getListed(key: string, list: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Atomically sets the value if the key still holds the expected one. */
  replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** Drops every key that begins with the prefix. */
  deleteByPrefix(prefix: string): Promise<void>;
  /** Adds a member to the set under the key, and lets the set live for `ttlSeconds` more. */
  add(key: string, member: string, ttlSeconds: number): Promise<void>;
  /** The members of all sets under the keys. */
  members(keys: readonly string[]): Promise<string[]>;
  /** `memory` when no server is configured. */
  status(): Promise<CacheStatus>;
  /** Null when the server is away. */
  statistics(): Promise<CacheStatistics | null>;
  close(): Promise<void>;
}

export interface CacheStatistics {
  keyCount: number;
  /** Look-ups of all clients since the server started; null without a server. */
  lookups: LookupCounts | null;
}

export type CacheStatus = 'up' | 'away' | 'memory';
