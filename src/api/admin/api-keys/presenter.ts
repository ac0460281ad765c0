import type { ApiKey } from '../../../db/models/api-key.ts';
import type { ApiKeyStatus } from '../../../domain/api-key-status.ts';
import type { ApiKeyBody } from './schema.ts';

export function presentApiKey(apiKey: ApiKey): ApiKeyBody {
  const { createdByType, createdById, createdByName } = apiKey;
  return {
    id: apiKey.id,
    name: apiKey.name,
    prefix: apiKey.prefix,
    scopes: apiKey.scopes,
    account_prefixes: apiKey.accountPrefixes,
    status: statusOf(apiKey),
    created_at: apiKey.createdAt.toISOString(),
    created_by:
      createdByType === null
        ? null
        : { type: createdByType, id: createdById, name: createdByName ?? '' },
    expires_at: apiKey.expiresAt?.toISOString() ?? null,
    last_used_at: apiKey.lastUsedAt?.toISOString() ?? null,
    revoked_at: apiKey.revokedAt?.toISOString() ?? null,
    rotated_from: apiKey.rotatedFrom,
    rotated_to: apiKey.rotatedTo ?? null,
  };
}

function statusOf({ revokedAt, expiresAt }: ApiKey): ApiKeyStatus {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? 'expired' : 'live';
}
