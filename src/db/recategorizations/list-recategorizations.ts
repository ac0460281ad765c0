import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, orderBySql, whereFilter } from '../list-page.ts';
import { Recategorization } from '../models/recategorization.ts';

const sortColumns = { id: 'id', created_at: 'created_at' };
const filterColumns = { id: 'id', status: 'status' };

export type RecategorizationPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

export async function listRecategorizations(
  database: Database,
  page: RecategorizationPage,
): Promise<Listed<Recategorization>> {
  const matching = Recategorization.query(database).modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
  });
  const rows = await matching
    .clone()
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'))
    .offset(page.offset)
    .limit(page.limit);
  return { rows, total: await matching.resultSize() };
}
