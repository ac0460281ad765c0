import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../src/db/connection/database.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import type { Scope } from '../../src/domain/scope.ts';
import type { KeyName } from './case.ts';

interface GivenKey {
  scopes: Scope[];
  accountPrefixes?: string[];
  isExpired?: boolean;
  isRevoked?: boolean;
  /** It is the key that it came from by rotation. */
  successorOf?: KeyName;
}

const ingest: Scope[] = ['ingest'];

const given: Record<Exclude<KeyName, 'unknown'>, GivenKey> = {
  ingest: { scopes: ingest },
  other: { scopes: ingest },
  everything: { scopes: ['ingest', 'read', 'admin'] },
  read: { scopes: ['read'] },
  admin: { scopes: ['admin'] },
  bound: { scopes: ingest, accountPrefixes: ['west-7', 'east-', '😀'] },
  boundToMany: { scopes: ingest, accountPrefixes: ['b-c', 'ab', 'a', '\uffff', '😀', 'b-'] },
  successor: { scopes: ingest, successorOf: 'ingest' },
  expired: { scopes: ingest, isExpired: true },
  revoked: { scopes: ingest, isRevoked: true },
  busy: { scopes: ingest },
  rowsAMinute: { scopes: ingest },
  bytesAMinute: { scopes: ingest },
};

/** The keys by their names, the same on both sides, since a case is sent to both. */
export function makeKeys(): Record<KeyName, string> {
  const seed = randomBytes(16);
  const keyOf = (name: string) =>
    createHash('sha256').update(seed).update(name).digest('base64url');
  return Object.fromEntries(
    [...Object.keys(given), 'unknown'].map((name) => [name, keyOf(name)]),
  ) as Record<KeyName, string>;
}

export async function insertKeys(database: Database, keys: Record<KeyName, string>): Promise<void> {
  const ids = new Map<string, number>();
  for (const [name, key] of Object.entries(given)) {
    const firstKeyId = key.successorOf === undefined ? null : ids.get(key.successorOf);
    const [inserted] = await database('api_keys')
      .insert({
        name,
        prefix: name.slice(0, 12),
        key_hash: hashApiKey(keys[name as KeyName]),
        scopes: key.scopes,
        account_prefixes: key.accountPrefixes ?? [],
        first_key_id: firstKeyId,
        expires_at: key.isExpired ? '2026-01-01T00:00:00Z' : null,
        revoked_at: key.isRevoked ? '2026-01-01T00:00:00Z' : null,
      })
      .returning<{ id: number }[]>('id');
    ids.set(name, inserted?.id as number);
  }
}
