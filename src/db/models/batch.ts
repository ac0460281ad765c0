import { Model } from 'objection';
import type { Status } from '../../domain/status.ts';

export class Batch extends Model {
  static override tableName = 'batches';

  /** UUID v7: in the order of arrival. */
  declare id: string;
  declare apiKeyId: number | null;
  /** The line of the key that sent it, where that is bound to accounts. */
  declare boundLineageId: number | null;
  declare requestId: string | null;
  declare status: Status;
  /** Rows stored, without the duplicates. */
  declare transactionCount: number;
  declare duplicateCount: number;
  /** Of the duplicates, those that differ from the row that is stored. */
  declare conflictCount: number;
  /** The block of ids that its rows lie in; null when all were duplicates. */
  declare firstTransactionId: number | null;
  declare lastTransactionId: number | null;
  declare completedCount: number;
  /** Of the completed rows, those with a category. */
  declare categorizedCount: number;
  declare failureReason: string | null;
  /** Of the workflow that holds it together with others; null where it is the batch's own. */
  declare workflowId: string | null;
  declare workflowRunId: string | null;
  /** Whether its rows are in the totals; until then they are counted one by one. */
  declare isInTotals: boolean;
  /** Whether the amounts of its rows are noted in ranges; until then they are looked at one by one. */
  declare hasRanges: boolean;
  declare createdAt: Date;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;
}
