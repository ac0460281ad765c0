import type { Database } from './database.ts';
import { ApiKey } from './models/api-key.ts';

/** The keys that a user has made, and that still work; the latest first. They are few: see maxLiveApiKeys. */
export function listLiveApiKeysOf(database: Database, userId: number): Promise<ApiKey[]> {
  return ApiKey.query(database)
    .where({ createdByType: 'user', createdById: userId })
    .whereNull('revokedAt')
    .whereRaw('(expires_at IS NULL OR expires_at > now())')
    .orderBy('id', 'desc')
    .execute();
}
