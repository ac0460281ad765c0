import type { AdminUser } from '../../../db/models/admin-user.ts';
import type { UserBody } from './schema.ts';

export function presentUser(user: AdminUser): UserBody {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    status:
      user.disabledAt !== null ? 'disabled' : user.passwordHash === null ? 'invited' : 'active',
    created_at: user.createdAt.toISOString(),
    last_signed_in_at: user.lastSignedInAt?.toISOString() ?? null,
  };
}
