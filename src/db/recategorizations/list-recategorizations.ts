import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, readPage } from '../list-page.ts';
import { Recategorization } from '../models/recategorization.ts';

const sortColumns = { id: 'id', created_at: 'created_at' };
const filterColumns = { id: 'id', status: 'status' };

export type RecategorizationPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

export async function listRecategorizations(
  database: Database,
  page: RecategorizationPage,
): Promise<Listed<Recategorization>> {
  return readPage(
    Recategorization.query(database),
    { sort: sortColumns, filter: filterColumns },
    page,
  );
}
