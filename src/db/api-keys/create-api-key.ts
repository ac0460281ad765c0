import type { Actor } from '../../domain/actor.ts';
import { apiKeyPrefix, hashApiKey } from '../../domain/api-key.ts';
import { ApiError } from '../../domain/errors.ts';
import { maxLiveApiKeys } from '../../domain/limits.ts';
import type { Scope } from '../../domain/scope.ts';
import type { Transaction } from '../connection/database.ts';
import { ApiKey } from '../models/api-key.ts';

export interface NewApiKey {
  name: string;
  scopes: Scope[];
  accountPrefixes: string[];
  expiresAt: Date | null;
}

/** Stores a key that was generated. Throws ApiError `conflict` when there are too many live ones. */
export async function createApiKey(
  trx: Transaction,
  key: string,
  { expiresAt, ...given }: NewApiKey,
  actor: Actor,
): Promise<ApiKey> {
  await checkLiveApiKeys(trx);
  return insertApiKey(trx, key, actor, {
    ...given,
    expiresAt,
    lifetimeSeconds:
      expiresAt === null ? null : Math.ceil((expiresAt.getTime() - Date.now()) / 1_000),
  });
}

/**
 * Stores a successor: the same name, scopes and accounts, the same line, and a lifetime as long as its
 * predecessor's was. The predecessor ends after the overlap, or when it was to expire anyway. A key that has a successor
 * already gets another, in case the first got lost; its end never moves back. Throws ApiError `conflict`
 * for a key that is revoked or expired, or when there are too many live ones. Returns null for none.
 */
export async function rotateApiKey(
  trx: Transaction,
  id: number,
  { key, overlapSeconds, actor }: { key: string; overlapSeconds: number; actor: Actor },
): Promise<{ before: ApiKey; after: ApiKey; successor: ApiKey } | null> {
  // Not FOR UPDATE, for which batches of this key would have to wait.
  const before = await ApiKey.query(trx).findById(id).forNoKeyUpdate();
  if (before === undefined) return null;
  if (before.revokedAt !== null)
    throw new ApiError('conflict', 'The key was revoked. Create a new one.');
  const after = await ApiKey.query(trx)
    .findById(id)
    .whereRaw('(expires_at IS NULL OR expires_at > now())')
    .patch({
      expiresAt: trx.raw('LEAST(expires_at, now() + make_interval(secs => ?))', [overlapSeconds]),
    } as object)
    .returning('*')
    .first();
  if (after === undefined) throw new ApiError('conflict', 'The key has expired. Create a new one.');
  await checkLiveApiKeys(trx);
  const { name, scopes, accountPrefixes, lifetimeSeconds, lineageId } = before;
  const successor = await insertApiKey(trx, key, actor, {
    name,
    scopes,
    accountPrefixes,
    lifetimeSeconds,
    expiresAt: lifetimeSeconds === null ? null : new Date(Date.now() + lifetimeSeconds * 1_000),
    rotatedFrom: id,
    firstKeyId: lineageId,
  });
  after.rotatedTo = successor.id;
  return { before, after, successor };
}

async function checkLiveApiKeys(trx: Transaction): Promise<void> {
  const count = await ApiKey.query(trx)
    .whereNull('revokedAt')
    .whereRaw('(expires_at IS NULL OR expires_at > now())')
    .resultSize();
  if (count < maxLiveApiKeys) return;
  throw new ApiError('conflict', `${maxLiveApiKeys} keys are live already; revoke one first.`);
}

async function insertApiKey(
  trx: Transaction,
  key: string,
  actor: Actor,
  columns: Partial<ApiKey>,
): Promise<ApiKey> {
  return ApiKey.query(trx)
    .insert({
      ...columns,
      prefix: apiKeyPrefix(key),
      keyHash: hashApiKey(key),
      createdByType: actor.type,
      createdById: actor.id,
      createdByName: actor.name,
    })
    .returning('*');
}
