import type { ApiKey } from '../../../db/models/api-key.ts';
import type { ApiKeyBody } from './schema.ts';

export function presentApiKey(apiKey: ApiKey): ApiKeyBody {
  return {
    id: apiKey.id,
    name: apiKey.name,
    prefix: apiKey.prefix,
    scopes: apiKey.scopes,
    created_at: apiKey.createdAt.toISOString(),
    last_used_at: apiKey.lastUsedAt?.toISOString() ?? null,
    revoked_at: apiKey.revokedAt?.toISOString() ?? null,
  };
}
