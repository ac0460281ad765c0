import type { Actor } from '../../domain/actor.ts';
import { ApiError } from '../../domain/errors.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { isUniqueViolation } from '../connection/errors.ts';
import { AdminUser } from '../models/admin-user.ts';
import { lockUser } from './lock-user.ts';

type Invitation = Pick<AdminUser, 'invitationHash' | 'invitationExpiresAt'>;

/**
 * Stores a user who has no password yet. Throws ApiError `conflict` for the e-mail address of another user.
 * @param present how the audit log shows a user: as the API presents them
 */
export async function inviteUser(
  database: Database,
  actor: Actor,
  user: Pick<AdminUser, 'email' | 'name' | 'role' | 'mayExport'> & Invitation,
  present: (user: AdminUser) => object,
): Promise<AdminUser> {
  return database.transaction(async (trx) => {
    const created = await AdminUser.query(trx)
      .insert({ ...user, normalizedEmail: normalizeText(user.email) })
      .returning('*')
      .catch(rethrowConflict);
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'users',
      resourceId: created.id,
      after: present(created),
    });
    return created;
  });
}

/** Replaces the invitation of a user, or lets one who has a password choose another. Null when there is no such user. */
export async function renewInvitation(
  database: Database,
  actor: Actor,
  id: number,
  invitation: Invitation,
): Promise<AdminUser | null> {
  return database.transaction(async (trx) => {
    const user = await lockUser(trx, id);
    if (user === null) return null;
    await AdminUser.query(trx).findById(id).patch(invitation);
    await recordChange(trx, actor, { action: 'invite', resource: 'users', resourceId: id });
    return Object.assign(user, invitation);
  });
}

function rethrowConflict(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new ApiError('conflict', 'A user with this e-mail address already exists.', {
    errors: [{ pointer: '/email', detail: 'is the address of another user' }],
    cause: error,
  });
}
