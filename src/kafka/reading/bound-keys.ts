import { findLiveKeyOf } from '../../db/api-keys/find-live-key-of.ts';
import type { Database } from '../../db/connection/database.ts';
import { sortPrefixes } from '../../domain/account-prefixes.ts';

/** A key that was revoked or rotated is noticed within this time, as it is by the API. */
const rememberMs = 1_000;

export interface BoundKey {
  apiKeyId: number;
  lineageId: number;
  /** As sortPrefixes() orders them. */
  accountPrefixes: string[];
}

/** Knows whose the topics are that other systems write to. What their records say of that is never believed. */
export class BoundKeys {
  readonly #database: Database;
  readonly #apiKeyIds: ReadonlyMap<string, number>;
  readonly #remembered = new Map<string, { until: number; key: Promise<BoundKey | null> }>();

  /** `apiKeyIds` are those of the configuration, by topic. */
  constructor(database: Database, apiKeyIds: ReadonlyMap<string, number>) {
    this.#database = database;
    this.#apiKeyIds = apiKeyIds;
  }

  get topics(): string[] {
    return [...this.#apiKeyIds.keys()];
  }

  /** The live key of a topic; null where it has none. */
  find(topic: string): Promise<BoundKey | null> {
    const remembered = this.#remembered.get(topic);
    if (remembered !== undefined && remembered.until > performance.now()) return remembered.key;
    const key = this.#lookUp(topic);
    this.#remembered.set(topic, { until: performance.now() + rememberMs, key });
    key.catch(() => this.#remembered.delete(topic));
    return key;
  }

  async #lookUp(topic: string): Promise<BoundKey | null> {
    const apiKeyId = this.#apiKeyIds.get(topic);
    const found = apiKeyId === undefined ? null : await findLiveKeyOf(this.#database, apiKeyId);
    return (
      found && {
        apiKeyId: found.id,
        lineageId: found.lineageId,
        accountPrefixes: sortPrefixes(found.accountPrefixes),
      }
    );
  }
}
