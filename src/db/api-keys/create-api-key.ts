import type { Actor } from '../../domain/actor.ts';
import { apiKeyPrefix, hashApiKey } from '../../domain/api-key.ts';
import { ApiError } from '../../domain/errors.ts';
import { maxLiveApiKeys } from '../../domain/limits.ts';
import type { Scope } from '../../domain/scope.ts';
import { recordChange, recordChanges } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { ApiKey } from '../models/api-key.ts';

const resource = 'api-keys';

export interface NewApiKey {
  name: string;
  scopes: Scope[];
  accountPrefixes: string[];
  expiresAt: Date | null;
}

/** How the audit log shows a key: as the API presents it. */
type Present = (apiKey: ApiKey) => object;

/** Stores a key that was generated. Throws ApiError `conflict` when there are too many live ones. */
export async function createApiKey(
  database: Database,
  actor: Actor,
  key: string,
  { expiresAt, ...given }: NewApiKey,
  present: Present,
): Promise<ApiKey> {
  return database.transaction(async (trx) => {
    await checkLiveApiKeys(trx);
    const created = await insertApiKey(trx, key, actor, {
      ...given,
      expiresAt,
      lifetimeSeconds:
        expiresAt === null ? null : Math.ceil((expiresAt.getTime() - Date.now()) / 1_000),
    });
    await recordChange(trx, actor, {
      action: 'create',
      resource,
      resourceId: created.id,
      after: present(created),
    });
    return created;
  });
}

/** Revokes a key; one that is revoked already stays as it is. The row remains, since what the key has done refers to it. */
export async function revokeApiKey(
  database: Database,
  actor: Actor,
  apiKey: ApiKey,
  present: Present,
): Promise<void> {
  await database.transaction(async (trx) => {
    const revokedCount = await ApiKey.query(trx)
      .findById(apiKey.id)
      .whereNull('revokedAt')
      .patch({ revokedAt: new Date() });
    if (revokedCount === 0) return;
    await recordChange(trx, actor, {
      action: 'revoke',
      resource,
      resourceId: apiKey.id,
      before: present(apiKey),
    });
  });
}

/**
 * Stores a successor with the same name, scopes, accounts, lineage and lifetime. The predecessor expires after
 * the overlap, or earlier if it would have expired anyway. A key can be rotated again, in case its first successor
 * got lost. Throws ApiError `conflict` for a key that is revoked or expired, or when there are too many live
 * keys. Returns null when there is no such key.
 */
export async function rotateApiKey(
  database: Database,
  actor: Actor,
  id: number,
  { key, overlapSeconds, present }: { key: string; overlapSeconds: number; present: Present },
): Promise<ApiKey | null> {
  return database.transaction(async (trx) => {
    // FOR UPDATE would make batches of this key wait.
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
    if (after === undefined)
      throw new ApiError('conflict', 'The key has expired. Create a new one.');
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
    await recordChanges(trx, actor, [
      {
        action: 'rotate',
        resource,
        resourceId: id,
        before: present(before),
        after: present(after),
      },
      { action: 'create', resource, resourceId: successor.id, after: present(successor) },
    ]);
    return successor;
  });
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
