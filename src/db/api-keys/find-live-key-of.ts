import type { Database } from '../connection/database.ts';
import { ApiKey } from '../models/api-key.ts';

/** The newest key of a key's lineage that is live and may send transactions, so that rotating the key changes nothing. */
export async function findLiveKeyOf(database: Database, apiKeyId: number): Promise<ApiKey | null> {
  const found = await ApiKey.query(database)
    .where('lineageId', ApiKey.query(database).findById(apiKeyId).select('lineageId'))
    .whereNull('revokedAt')
    .whereRaw(`(expires_at IS NULL OR expires_at > now()) AND 'ingest' = ANY (scopes)`)
    .orderBy('id', 'desc')
    .first();
  return found ?? null;
}
