import type { LookupCounts } from './lookup-counts.ts';

/**
 * A cache of texts by key. Its operations never throw: a cache that is away is slower, not broken,
 * so a failed read is a miss and a failed write is lost.
 */
export interface Cache {
  get(key: string): Promise<string | null>;
  /** The same, if the set under the key `list` has the key as a member. */
  getListed(key: string, list: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Sets the value only while the key still holds the expected one, in one step. */
  replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** Drops every key that begins with the prefix. */
  deleteByPrefix(prefix: string): Promise<void>;
  /** Adds a member to the set under the key, which lives on for `ttlSeconds`. */
  add(key: string, member: string, ttlSeconds: number): Promise<void>;
  /** The members of all sets under the keys. */
  members(keys: readonly string[]): Promise<string[]>;
  /** `memory` is what is used where no server is configured. */
  status(): Promise<CacheStatus>;
  /** Null when it is away. */
  statistics(): Promise<CacheStatistics | null>;
  close(): Promise<void>;
}

export interface CacheStatistics {
  keyCount: number;
  /** Of all clients of the server, since it started; null where there is no server that counts. */
  lookups: LookupCounts | null;
}

export type CacheStatus = 'up' | 'away' | 'memory';
