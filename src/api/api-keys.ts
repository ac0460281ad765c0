import type { Database } from '../db/database.ts';
import { ApiKey } from '../db/models/api-key.ts';
import { apiKeyPrefix, hashApiKey, hashApiKeyAsText } from '../domain/api-key.ts';
import { scopes } from '../domain/scope.ts';
import type { Principal } from './context.ts';

/** How long a key found once is believed, so that a revoked key stops working within this time on every process. */
const rememberMs = 2_000;
/** Bounds the memory of remembered keys. */
const maxRemembered = 10_000;
/** last_used_at is for people, so a write a minute is enough. */
const lastUsedPrecisionMs = 60_000;

/** Knows which API keys are good. */
export class ApiKeys {
  readonly #database: Database;
  readonly #remembered = new Map<string, { principal: Principal; until: number }>();
  /** Keys that are being looked up: of many requests at once with the same key one asks the database. */
  readonly #lookups = new Map<string, Promise<Principal | null>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether the key was good when it was last found here, which may be a while ago: never a reason to let anyone in. */
  isFamiliar(key: string): boolean {
    return this.#remembered.has(hashApiKeyAsText(key));
  }

  /** Whose key it is; null for one that is unknown or revoked. */
  async find(key: string): Promise<Principal | null> {
    const name = hashApiKeyAsText(key);
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined && remembered.until > Date.now()) return remembered.principal;
    return this.#lookups.get(name) ?? this.#begin(key, name);
  }

  #begin(key: string, name: string): Promise<Principal | null> {
    // Not the current one when all keys were forgotten meanwhile, and so must be what it has found.
    const isCurrent = () => this.#lookups.get(name) === lookup;
    const lookup = this.#lookUp(key)
      .then((principal) => {
        if (isCurrent()) this.#remember(name, principal);
        return principal;
      })
      .finally(() => {
        if (isCurrent()) this.#lookups.delete(name);
      });
    this.#lookups.set(name, lookup);
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
    return { apiKeyId: found.id, name: found.name, scopes: found.scopes };
  }

  #remember(name: string, principal: Principal | null): void {
    if (principal === null) {
      this.#remembered.delete(name);
      return;
    }
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(name, { principal, until: Date.now() + rememberMs });
  }

  /** After a key was revoked by this process, it stops working here at once. */
  forgetAll(): void {
    this.#remembered.clear();
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
