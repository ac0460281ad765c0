import { generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import type { Scope } from '../../src/domain/scope.ts';
import type { TestApi } from './test-api.ts';

/** Adds a key for another client of the API. Returns the header that carries it. */
export async function addKey(
  api: TestApi,
  name: string,
  scopes: Scope[] = ['ingest', 'read'],
): Promise<{ Authorization: string }> {
  const key = generateApiKey();
  await api
    .database('api_keys')
    .insert({ name, prefix: name.slice(0, 12), key_hash: hashApiKey(key), scopes });
  return { Authorization: `Bearer ${key}` };
}
