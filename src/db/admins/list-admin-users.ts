import type { Database } from '../connection/database.ts';
import { containing, type Listed, type ListPage, readPage } from '../list-page.ts';
import { AdminUser } from '../models/admin-user.ts';

const sortColumns = {
  id: 'id',
  email: 'normalized_email',
  name: 'name',
  role: 'role',
  created_at: 'created_at',
  last_signed_in_at: 'last_signed_in_at',
};
const filterColumns = { id: 'id', role: 'role' };

export type AdminUserPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/** Users of the console, including disabled ones. The search looks at e-mail addresses and names. */
export async function listAdminUsers(
  database: Database,
  page: AdminUserPage,
): Promise<Listed<AdminUser>> {
  const matching = AdminUser.query(database).modify((query) => {
    if (page.search !== null) {
      const pattern = containing(page.search);
      query.whereRaw('(email ILIKE ? OR name ILIKE ?)', [pattern, pattern]);
    }
  });
  return readPage(matching, { sort: sortColumns, filter: filterColumns }, page);
}
