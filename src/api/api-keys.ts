import { LRUCache } from 'lru-cache';
import type { Database } from '../db/connection/database.ts';
import { ApiKey } from '../db/models/api-key.ts';
import { sortPrefixes } from '../domain/account-prefixes.ts';
import { hashApiKey } from '../domain/api-key.ts';
import type { Principal } from './context.ts';

/**
 * How long a key is believed from the moment at which the database was asked: half of the two seconds within
 * which a revoked key stops working on every process.
 */
const rememberMs = 1_000;
/** Bounds the memory. */
const maxRemembered = 10_000;
/** last_used_at is for people, so a write a minute is enough. */
const lastUsedPrecisionMs = 60_000;

/** Why a key is not good; one that was revoked is as unknown as one that never was. */
export type KeyRefusal = 'unknown' | 'expired';

interface Lookup {
  /** Milliseconds of the monotonic clock. */
  beganAt: number;
  result: Promise<Principal | KeyRefusal>;
}

interface Found {
  principal: Principal;
  /** Milliseconds until the key expires. */
  leftMs: number;
}

/** Knows which API keys are good. */
export class ApiKeys {
  readonly #database: Database;
  /**
   * Keys that were good when they were last looked up, by their hashes. A key is believed while its entry is
   * fresh; a stale entry stays, and says that the key was valid.
   */
  readonly #remembered = new LRUCache<string, Principal>({
    max: maxRemembered,
    ttl: rememberMs,
    noDeleteOnStaleGet: true,
  });
  /** Look-ups under way, by the hashes of their keys: many requests at once with one key ask the database once. */
  readonly #lookups = new Map<string, Lookup>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether the key was valid when it was last looked up, which may be a while ago: never a reason to let anyone in. */
  wasValid(key: string): boolean {
    return this.#remembered.peek(nameOf(hashApiKey(key)), { allowStale: true }) !== undefined;
  }

  /** The principal that the key belongs to, or the reason why the key is refused. */
  async find(key: string): Promise<Principal | KeyRefusal> {
    const hash = hashApiKey(key);
    const name = nameOf(hash);
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined) return remembered;
    const lookup = this.#lookups.get(name);
    // An older look-up may have read the key before it was revoked.
    const isRecent = lookup !== undefined && performance.now() - lookup.beganAt < rememberMs;
    return isRecent ? lookup.result : this.#begin(hash, name);
  }

  #begin(hash: Buffer, name: string): Promise<Principal | KeyRefusal> {
    const beganAt = performance.now();
    // After forgetAll() this look-up is not the current one, and its result must not be remembered.
    const isCurrent = () => this.#lookups.get(name) === lookup;
    const result = this.#lookUp(hash)
      .then((found) => {
        if (isCurrent()) this.#remember(name, found, beganAt);
        return typeof found === 'string' ? found : found.principal;
      })
      .finally(() => {
        if (isCurrent()) this.#lookups.delete(name);
      });
    const lookup: Lookup = { beganAt, result };
    this.#lookups.set(name, lookup);
    return result;
  }

  async #lookUp(keyHash: Buffer): Promise<Found | KeyRefusal> {
    const found = await ApiKey.query(this.#database).findOne({ keyHash }).whereNull('revokedAt');
    if (found === undefined) return 'unknown';
    const expiresAt = found.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    const leftMs = expiresAt - Date.now();
    if (leftMs <= 0) return 'expired';
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
    return { principal, leftMs };
  }

  #remember(name: string, found: Found | KeyRefusal, beganAt: number): void {
    if (typeof found === 'string') this.#remembered.delete(name);
    else
      this.#remembered.set(name, found.principal, {
        start: beganAt,
        ttl: Math.min(found.leftMs, rememberMs),
      });
  }

  /** Lets a key that this process has revoked stop working here at once. */
  forgetAll(): void {
    this.#remembered.clear();
    this.#lookups.clear();
  }
}

const nameOf = (keyHash: Buffer): string => keyHash.toString('base64');
