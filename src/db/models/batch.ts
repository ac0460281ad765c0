import { Model } from 'objection';
import type { Status } from '../../domain/status.ts';

export class Batch extends Model {
  static override tableName = 'batches';

  /** UUID v7; v8 where it derives from an idempotency key or from the place of a record of Kafka. */
  declare id: string;
  declare apiKeyId: number | null;
  /** The lineage of the key that sent it, if that key is bound to accounts. */
  declare boundLineageId: number | null;
  declare requestId: string | null;
  /** The SHA-256 of the request, where the id derives from an idempotency key. */
  declare requestHash: Buffer | null;
  declare status: Status;
  /** Rows stored, without the duplicates. */
  declare transactionCount: number;
  declare duplicateCount: number;
  /** Duplicates that differ from the stored row. */
  declare conflictCount: number;
  /** The block of ids that its rows are in; null when all of them were duplicates. */
  declare firstTransactionId: number | null;
  declare lastTransactionId: number | null;
  declare completedCount: number;
  /** Completed rows that have a category. */
  declare categorizedCount: number;
  declare failureReason: string | null;
  /** The workflow of a group of batches; null for a batch with a workflow of its own. */
  declare workflowId: string | null;
  declare workflowRunId: string | null;
  /** Whether its rows are in the totals; until then, reports read them one by one. */
  declare isInTotals: boolean;
  /** Whether its rows have search ranges; until then, lists read them one by one. */
  declare hasRanges: boolean;
  /** Batches are listed in the order of this and the id. */
  declare createdAt: Date;
  /** Since when it waits for workers: since its last row was stored, or since it was retried. */
  declare pendingSince: Date;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;

  /** False for one that stands for a dead letter: any other has a row at least, if only a duplicate. */
  get isStored(): boolean {
    return this.transactionCount + this.duplicateCount > 0;
  }
}
