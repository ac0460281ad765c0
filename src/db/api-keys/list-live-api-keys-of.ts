import type { Database } from '../connection/database.ts';
import { ApiKey } from '../models/api-key.ts';

/**
 * The live keys that a user created, directly or through other keys, the latest first. maxLiveApiKeys limits
 * their number.
 */
export function listLiveApiKeysOf(database: Database, userId: number): Promise<ApiKey[]> {
  return ApiKey.query(database)
    .withRecursive('made', (made) =>
      made
        .select('id')
        .from('api_keys')
        .where({ created_by_type: 'user', created_by_id: userId })
        .union((of) =>
          of
            .select('api_keys.id')
            .from('api_keys')
            .join('made', 'made.id', 'api_keys.created_by_id')
            .where('api_keys.created_by_type', 'api_key'),
        ),
    )
    .whereRaw('id IN (SELECT id FROM made)')
    .whereNull('revokedAt')
    .whereRaw('(expires_at IS NULL OR expires_at > now())')
    .orderBy('id', 'desc')
    .execute();
}
