import type { PublishedApiKey } from '../../db/api-keys/api-key-changes.ts';

/** What stands in the topic of API keys for one key. Never the key itself. */
export interface ApiKeyRecord {
  key: string;
  /** Undefined for a key that has ended: compaction then removes what came before. */
  value: string | undefined;
}

export function apiKeyRecord(apiKey: PublishedApiKey): ApiKeyRecord {
  const value = {
    version: 1,
    id: apiKey.id,
    lineage_id: apiKey.lineageId,
    key_hash: apiKey.keyHash.toString('hex'),
    scopes: apiKey.scopes,
    account_prefixes: apiKey.accountPrefixes,
    expires_at: apiKey.expiresAt?.toISOString() ?? null,
  };
  return { key: String(apiKey.id), value: apiKey.isLive ? JSON.stringify(value) : undefined };
}

/**
 * Says that the topic has all live keys from an offset on. A gateway that finds no such record, or that the topic
 * begins behind the offset, does not know which keys it lacks, and refuses all requests until there is one.
 */
export const completeRecord = (startOffset: bigint): ApiKeyRecord => ({
  key: 'complete',
  value: JSON.stringify({ version: 1, log_start_offset: Number(startOffset) }),
});
