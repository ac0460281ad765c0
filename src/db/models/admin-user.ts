import { Model } from 'objection';
import type { Role } from '../../domain/role.ts';

export class AdminUser extends Model {
  static override tableName = 'admin_users';

  declare id: number;
  declare email: string;
  declare normalizedEmail: string;
  declare name: string;
  declare role: Role;
  /** Null until the invitation is accepted. */
  declare passwordHash: string | null;
  /** SHA-256 of the invitation's token. */
  declare invitationHash: Buffer | null;
  declare invitationExpiresAt: Date | null;
  declare disabledAt: Date | null;
  declare createdAt: Date;
  declare lastSignedInAt: Date | null;
}
