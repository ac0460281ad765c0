import { Model } from 'objection';
import type { AcceptanceStatus } from '../../domain/acceptance.ts';

export class Acceptance extends Model {
  static override tableName = 'acceptances';

  /** UUID v7, in the order of the requests. */
  declare id: string;
  declare status: AcceptanceStatus;
  declare groupCount: number;
  /** The rows that existed when it was requested. Last is below first when there were none. */
  declare firstTransactionId: number;
  declare lastTransactionId: number;
  /** The first id that is not done yet, be it accepting or undoing. */
  declare nextTransactionId: number;
  /** The texts of its groups; null where there are many. */
  declare texts: string[] | null;
  declare changedCount: number;
  declare undoneCount: number;
  declare failureReason: string | null;
  declare requestedBy: string;
  declare createdAt: Date;
  declare finishedAt: Date | null;
}
