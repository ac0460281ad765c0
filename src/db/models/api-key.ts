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
  /** Prefixes of account ids, as they were given. An empty list allows every account. */
  declare accountPrefixes: string[];
  declare expiresAt: Date | null;
  /** The lifetime that was chosen when the key was created; null for a key that never expires. */
  declare lifetimeSeconds: number | null;
  /** This and the next two are null for a key of the environment. */
  declare createdByType: Actor['type'] | null;
  declare createdById: number | null;
  /** The creator's name at the time. */
  declare createdByName: string | null;
  /** Whether it came from BOOTSTRAP_API_KEY. */
  declare isBootstrap: boolean;
  /** The predecessor of this key. */
  declare rotatedFrom: number | null;
  /** The successor of this key, in queries that select it. */
  declare rotatedTo?: number | null;
  /** The first key of the lineage; null for the first key itself. Readers use `lineageId`. */
  declare firstKeyId: number | null;
  /** The first key of the lineage, which may be this one. PostgreSQL generates it. */
  declare lineageId: number;
  declare createdAt: Date;
  declare lastUsedAt: Date | null;
  declare revokedAt: Date | null;
}
