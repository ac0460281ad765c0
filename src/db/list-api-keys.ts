import type { Database } from './database.ts';
import { containing, type Listed, type ListPage, orderBySql, whereFilter } from './list-page.ts';
import { ApiKey } from './models/api-key.ts';

const sortColumns = {
  id: 'id',
  name: 'name',
  created_at: 'created_at',
  last_used_at: 'last_used_at',
  revoked_at: 'revoked_at',
};
const filterColumns = { id: 'id', name: 'name' };

export type ApiKeyPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/** API keys, the revoked ones too, searched for by name or prefix. */
export async function listApiKeys(database: Database, page: ApiKeyPage): Promise<Listed<ApiKey>> {
  const matching = ApiKey.query(database).modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
    if (page.search !== null) {
      const pattern = containing(page.search);
      query.whereRaw('(name ILIKE ? OR prefix ILIKE ?)', [pattern, pattern]);
    }
  });
  const rows = await matching
    .clone()
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'))
    .offset(page.offset)
    .limit(page.limit);
  return { rows, total: await matching.resultSize() };
}
