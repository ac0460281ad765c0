import { Model } from 'objection';
import type { Scope } from '../../domain/scope.ts';

export class ApiKey extends Model {
  static override tableName = 'api_keys';

  declare id: number;
  declare name: string;
  /** The key's first characters, enough to recognise it by. */
  declare prefix: string;
  /** SHA-256. */
  declare keyHash: Buffer;
  declare scopes: Scope[];
  declare createdAt: Date;
  declare lastUsedAt: Date | null;
  declare revokedAt: Date | null;
}
