import { Model } from 'objection';
import type {
  RecategorizationScope,
  RecategorizationStatus,
} from '../../domain/recategorization.ts';

export class Recategorization extends Model {
  static override tableName = 'recategorizations';

  /** UUID v7, in the order of the requests. */
  declare id: string;
  declare scope: RecategorizationScope;
  /** Filters; null for none. */
  declare accountId: string | null;
  declare categoryId: number | null;
  declare patternId: number | null;
  declare startDate: string | null;
  declare endDate: string | null;
  declare includeManual: boolean;
  declare status: RecategorizationStatus;
  /** The ids that existed when the run began; null until then. Last is below first when there were no rows. */
  declare firstTransactionId: number | null;
  declare lastTransactionId: number | null;
  declare doneIdCount: number;
  declare changedCount: number;
  declare unchangedCount: number;
  declare keptCount: number;
  declare failureReason: string | null;
  declare workflowRunId: string | null;
  declare requestedBy: string;
  declare createdAt: Date;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;
}
