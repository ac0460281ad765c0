import type { Database } from '../db/database.ts';
import { ApiKey } from '../db/models/api-key.ts';
import { sortPrefixes } from '../domain/account-prefixes.ts';
import { hashApiKey, hashApiKeyAsText } from '../domain/api-key.ts';
import type { Principal } from './context.ts';

/**
 * How long a key is believed from the moment at which the database was asked: half of the two seconds within
 * which a revoked key stops working on every process.
 */
const rememberMs = 1_000;
/** Bounds the memory. */
const maxFamiliar = 10_000;
/** last_used_at is for people, so a write a minute is enough. */
const lastUsedPrecisionMs = 60_000;

/** Why a key is not good; one that was revoked is as unknown as one that never was. */
export type KeyRefusal = 'unknown' | 'expired';

interface Lookup {
  beganAt: number;
  result: Promise<Principal | KeyRefusal>;
}

/** What a look-up found, and until when it may be believed, in milliseconds since the epoch. */
interface Found {
  principal: Principal;
  until: number;
}

/** Knows which API keys are good. */
export class ApiKeys {
  readonly #database: Database;
  /** By the keys themselves, for as long as they are believed: to hash one takes as long as to find a cached report. */
  readonly #remembered = new Map<string, Found>();
  /** Hashes of keys that were good when they were last looked up. */
  readonly #familiar = new Set<string>();
  /** Keys that are being looked up: of many requests at once with the same key one asks the database. */
  readonly #lookups = new Map<string, Lookup>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether the key was good when it was last found here, which may be a while ago: never a reason to let anyone in. */
  isFamiliar(key: string): boolean {
    return this.#familiar.has(hashApiKeyAsText(key));
  }

  /** Whose key it is, or why it is none. */
  async find(key: string): Promise<Principal | KeyRefusal> {
    const remembered = this.recall(key);
    if (remembered !== undefined) return remembered;
    const lookup = this.#lookups.get(key);
    // One that has been under way for longer may have read the key before it was revoked.
    const isRecent = lookup !== undefined && Date.now() - lookup.beganAt < rememberMs;
    return isRecent ? lookup.result : this.#begin(key);
  }

  /** The same without waiting, where the key was found a moment ago and has not expired since. */
  recall(key: string): Principal | undefined {
    const remembered = this.#remembered.get(key);
    return remembered !== undefined && remembered.until > Date.now()
      ? remembered.principal
      : undefined;
  }

  #begin(key: string): Promise<Principal | KeyRefusal> {
    const beganAt = Date.now();
    // Not the current one when all keys were forgotten meanwhile, and so must be what it has found.
    const isCurrent = () => this.#lookups.get(key) === lookup;
    const result = this.#lookUp(key)
      .then((found) => {
        if (isCurrent()) this.#remember(key, found, beganAt);
        return typeof found === 'string' ? found : found.principal;
      })
      .finally(() => {
        if (isCurrent()) this.#lookups.delete(key);
      });
    const lookup: Lookup = { beganAt, result };
    this.#lookups.set(key, lookup);
    return result;
  }

  /** What is found may be believed until the key expires, as far as the database knows. */
  async #lookUp(key: string): Promise<Found | KeyRefusal> {
    const found = await ApiKey.query(this.#database)
      .findOne({ keyHash: hashApiKey(key) })
      .whereNull('revokedAt');
    if (found === undefined) return 'unknown';
    const until = found.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    if (until <= Date.now()) return 'expired';
    if (
      found.lastUsedAt === null ||
      Date.now() - found.lastUsedAt.getTime() > lastUsedPrecisionMs
    ) {
      await ApiKey.query(this.#database).findById(found.id).patch({ lastUsedAt: new Date() });
    }
    const principal = {
      apiKeyId: found.id,
      lineageId: found.lineageId,
      name: found.name,
      scopes: found.scopes,
      accountPrefixes: sortPrefixes(found.accountPrefixes),
    };
    return { principal, until };
  }

  #remember(key: string, found: Found | KeyRefusal, beganAt: number): void {
    const hash = hashApiKeyAsText(key);
    if (typeof found === 'string') {
      this.#remembered.delete(key);
      this.#familiar.delete(hash);
      return;
    }
    if (this.#familiar.size >= maxFamiliar) this.#familiar.clear();
    this.#familiar.add(hash);
    const entry = { ...found, until: Math.min(found.until, beganAt + rememberMs) };
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
}
