import { Model } from 'objection';
import type { Actor } from '../../domain/actor.ts';
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
  /** Beginnings of account ids, as they were given; none for all accounts. */
  declare accountPrefixes: string[];
  declare expiresAt: Date | null;
  /** How long the key was meant to be good when it was made; null for ever. */
  declare lifetimeSeconds: number | null;
  /** Null, like the next two, for a key of the environment. */
  declare createdByType: Actor['type'] | null;
  declare createdById: number | null;
  /** As it was when the key was made. */
  declare createdByName: string | null;
  /** Whether it came from BOOTSTRAP_API_KEY. */
  declare isBootstrap: boolean;
  /** The key that this one replaces. */
  declare rotatedFrom: number | null;
  /** The key that replaces this one; only where a query asks for it. */
  declare rotatedTo?: number | null;
  /** The first key of the line, written only for those that follow it; `lineageId` is read. */
  declare firstKeyId: number | null;
  /** The first key of the line of rotations, which may be this one. */
  declare lineageId: number;
  declare createdAt: Date;
  declare lastUsedAt: Date | null;
  declare revokedAt: Date | null;
}
