import type { AdminUser } from '../../../db/models/admin-user.ts';
import type { UserBody } from './schema.ts';

/** The columns of a user that the API shows. */
type ShownUser = Pick<
  AdminUser,
  | 'id'
  | 'email'
  | 'name'
  | 'role'
  | 'mayExport'
  | 'passwordHash'
  | 'secondFactorSince'
  | 'invitationExpiresAt'
  | 'disabledAt'
  | 'createdAt'
  | 'lastSignedInAt'
>;

export function presentUser(user: ShownUser): UserBody {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    may_export: user.mayExport,
    status:
      user.disabledAt !== null ? 'disabled' : user.passwordHash === null ? 'invited' : 'active',
    second_factor: user.secondFactorSince !== null,
    created_at: user.createdAt.toISOString(),
    last_signed_in_at: user.lastSignedInAt?.toISOString() ?? null,
    invitation_expires_at: user.invitationExpiresAt?.toISOString() ?? null,
  };
}
