import type { Database } from '../db/database.ts';
import { ApiKey } from '../db/models/api-key.ts';
import { sortPrefixes } from '../domain/account-prefixes.ts';
import { apiKeyPrefix, hashApiKey, hashApiKeyAsText } from '../domain/api-key.ts';
import { scopes } from '../domain/scope.ts';
import type { Principal } from './context.ts';

/** How long a key found once is believed, so that a revoked key stops working within this time on every process. */
const rememberMs = 2_000;
/** Bounds the memory. */
const maxFamiliar = 10_000;
/** last_used_at is for people, so a write a minute is enough. */
const lastUsedPrecisionMs = 60_000;

/** Knows which API keys are good. */
export class ApiKeys {
  readonly #database: Database;
  /** By the keys themselves, for as long as they are believed: to hash one takes as long as to find a cached report. */
  readonly #remembered = new Map<string, { principal: Principal; until: number }>();
  /** Hashes of keys that were good when they were last looked up. */
  readonly #familiar = new Set<string>();
  /** Keys that are being looked up: of many requests at once with the same key one asks the database. */
  readonly #lookups = new Map<string, Promise<Principal | null>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether the key was good when it was last found here, which may be a while ago: never a reason to let anyone in. */
  isFamiliar(key: string): boolean {
    return this.#familiar.has(hashApiKeyAsText(key));
  }

  /** Whose key it is; null for one that is unknown or revoked. */
  async find(key: string): Promise<Principal | null> {
    return this.recall(key) ?? this.#lookups.get(key) ?? this.#begin(key);
  }

  /** The same without waiting, where the key was found a moment ago. */
  recall(key: string): Principal | undefined {
    const remembered = this.#remembered.get(key);
    return remembered !== undefined && remembered.until > Date.now()
      ? remembered.principal
      : undefined;
  }

  #begin(key: string): Promise<Principal | null> {
    // Not the current one when all keys were forgotten meanwhile, and so must be what it has found.
    const isCurrent = () => this.#lookups.get(key) === lookup;
    const lookup = this.#lookUp(key)
      .then((principal) => {
        if (isCurrent()) this.#remember(key, principal);
        return principal;
      })
      .finally(() => {
        if (isCurrent()) this.#lookups.delete(key);
      });
    this.#lookups.set(key, lookup);
    return lookup;
  }

  async #lookUp(key: string): Promise<Principal | null> {
    const found = await ApiKey.query(this.#database)
      .findOne({ keyHash: hashApiKey(key) })
      .whereNull('revokedAt');
    if (found === undefined) return null;
    if (
      found.lastUsedAt === null ||
      Date.now() - found.lastUsedAt.getTime() > lastUsedPrecisionMs
    ) {
      await ApiKey.query(this.#database).findById(found.id).patch({ lastUsedAt: new Date() });
    }
    return {
      apiKeyId: found.id,
      lineageId: found.lineageId,
      name: found.name,
      scopes: found.scopes,
      accountPrefixes: sortPrefixes(found.accountPrefixes),
    };
  }

  #remember(key: string, principal: Principal | null): void {
    const hash = hashApiKeyAsText(key);
    if (principal === null) {
      this.#remembered.delete(key);
      this.#familiar.delete(hash);
      return;
    }
    if (this.#familiar.size >= maxFamiliar) this.#familiar.clear();
    this.#familiar.add(hash);
    const entry = { principal, until: Date.now() + rememberMs };
    this.#remembered.set(key, entry);
    setTimeout(() => {
      if (this.#remembered.get(key) === entry) this.#remembered.delete(key);
    }, rememberMs).unref();
  }

  /** After a key was revoked by this process, it stops working here at once. */
  forgetAll(): void {
    this.#remembered.clear();
    this.#familiar.clear();
    this.#lookups.clear();
  }

  /** Makes the key from the environment known, with all scopes; a second time changes nothing. */
  async ensureBootstrapKey(key: string): Promise<void> {
    await this.#database('api_keys')
      .insert({
        name: 'bootstrap',
        prefix: apiKeyPrefix(key),
        key_hash: hashApiKey(key),
        scopes: [...scopes],
      })
      .onConflict('key_hash')
      .ignore();
  }
}
