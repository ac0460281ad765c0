import type { Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';

/** Null when there is no such user. */
export async function lockUser(trx: Transaction, id: number): Promise<AdminUser | null> {
  return (await AdminUser.query(trx).findById(id).forUpdate()) ?? null;
}
