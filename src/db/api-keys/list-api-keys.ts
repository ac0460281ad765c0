import type { Database } from '../connection/database.ts';
import { containing, type Listed, type ListPage, readPage } from '../list-page.ts';
import { ApiKey } from '../models/api-key.ts';

const sortColumns = {
  id: 'id',
  name: 'name',
  created_at: 'created_at',
  expires_at: 'expires_at',
  last_used_at: 'last_used_at',
  revoked_at: 'revoked_at',
};
const filterColumns = {
  id: 'id',
  name: 'name',
  status: `CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'live' END`,
  created_by: `CASE WHEN created_by_type = 'user' THEN created_by_id END`,
};
/** The latest successor of a key: earlier ones may have got lost. */
const successor = `(SELECT max(successor.id) FROM api_keys successor
  WHERE successor.rotated_from = api_keys.id AND successor.revoked_at IS NULL) AS rotated_to`;

export type ApiKeyPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/** API keys, including revoked and expired ones. The search looks at names, prefixes, accounts and creators. */
export async function listApiKeys(database: Database, page: ApiKeyPage): Promise<Listed<ApiKey>> {
  const matching = ApiKey.query(database).modify((query) => {
    if (page.search !== null) {
      const pattern = containing(page.search);
      query.whereRaw(
        `(name ILIKE :pattern OR prefix ILIKE :pattern OR created_by_name ILIKE :pattern
           OR EXISTS (SELECT FROM unnest(account_prefixes) AS account WHERE account ILIKE :pattern))`,
        { pattern },
      );
    }
  });
  const withSuccessors = matching.select('api_keys.*', database.raw(successor));
  return readPage(withSuccessors, { sort: sortColumns, filter: filterColumns }, page);
}

/** Those of the keys that are live at this moment. */
export async function findLiveApiKeys(
  database: Database,
  ids: readonly number[],
): Promise<number[]> {
  return database('api_keys')
    .whereRaw(
      'id = ANY (?) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())',
      [ids as number[]],
    )
    .pluck('id');
}

/** A key with the id of its successor. */
export async function findApiKey(database: Database, id: number): Promise<ApiKey | undefined> {
  return ApiKey.query(database).findById(id).select('api_keys.*', database.raw(successor));
}
