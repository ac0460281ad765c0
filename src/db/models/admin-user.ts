import { Model } from 'objection';
import type { Role } from '../../domain/role.ts';

export class AdminUser extends Model {
  static override tableName = 'admin_users';

  declare id: number;
  declare email: string;
  declare normalizedEmail: string;
  declare name: string;
  declare role: Role;
  /** Whether the user may download data as files. */
  declare mayExport: boolean;
  /** Null until the invitation is accepted. */
  declare passwordHash: string | null;
  /** SHA-256 of the invitation's token. */
  declare invitationHash: Buffer | null;
  declare invitationExpiresAt: Date | null;
  /** Shared with the authenticator app. It exists before the second factor is in use. */
  declare secondFactorSecret: Buffer | null;
  /** Null while no second factor is in use. */
  declare secondFactorSince: Date | null;
  /** Time step of the last code that was used. */
  declare secondFactorStep: number;
  /** SHA-256 of the recovery codes that were not used yet. */
  declare recoveryHashes: Buffer[];
  declare disabledAt: Date | null;
  declare createdAt: Date;
  declare lastSignedInAt: Date | null;
}
