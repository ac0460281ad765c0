import type { Actor } from '../../domain/actor.ts';
import { ApiError } from '../../domain/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { AdminUser } from '../models/admin-user.ts';
import { deleteSessionsOf } from './admin-sessions.ts';
import { forgetBrowsersOf } from './known-browsers.ts';
import { lockUser } from './lock-user.ts';

export interface UserChange {
  columns: Partial<Pick<AdminUser, 'name' | 'role' | 'mayExport'>>;
  /** Undefined leaves the user as they are. A user who is disabled is signed out everywhere. */
  isDisabled: boolean | undefined;
}

/**
 * Null when there is no such user. Throws ApiError `conflict` when no admin would be left who can sign in.
 * @param present how the audit log shows a user: as the API presents them
 */
export async function updateUser(
  database: Database,
  actor: Actor,
  id: number,
  { columns, isDisabled }: UserChange,
  present: (user: AdminUser) => object,
): Promise<AdminUser | null> {
  return database.transaction(async (trx) => {
    // One change of users at a time. Otherwise two admins could each take the other's role.
    await trx.raw('LOCK TABLE admin_users IN SHARE ROW EXCLUSIVE MODE');
    const before = await lockUser(trx, id);
    if (before === null) return null;
    const disabledAt = before.disabledAt ?? new Date();
    const after = await AdminUser.query(trx).patchAndFetchById(id, {
      ...columns,
      // Also where it stays: Objection makes no statement of a change of nothing.
      disabledAt: (isDisabled ?? before.disabledAt !== null) ? disabledAt : null,
    });
    if (canAdminister(before)) await checkAnAdminIsLeft(trx);
    if (isDisabled === true) {
      await deleteSessionsOf(trx, id);
      await forgetBrowsersOf(trx, id);
    }
    await recordChange(trx, actor, {
      action: 'update',
      resource: 'users',
      resourceId: id,
      before: present(before),
      after: present(after),
    });
    return after;
  });
}

const canAdminister = (user: AdminUser): boolean =>
  user.role === 'admin' && user.disabledAt === null && user.passwordHash !== null;

async function checkAnAdminIsLeft(trx: Transaction): Promise<void> {
  const adminCount = await AdminUser.query(trx)
    .where({ role: 'admin' })
    .whereNull('disabledAt')
    .whereNotNull('passwordHash')
    .resultSize();
  if (adminCount === 0)
    throw new ApiError(
      'conflict',
      'This is the last admin who can sign in. Make another user an admin first.',
    );
}
