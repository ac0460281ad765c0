import type { Status } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import type { Batch } from '../models/batch.ts';
import { type StoredDecision, selectDecisionSql } from './stored-decision.ts';

/** A row of a batch, and how it was categorized. */
export interface BatchTransactionRow extends StoredDecision {
  id: number;
  transactionId: string;
  accountId: string;
  /** PostgreSQL's text of numeric(19,4). */
  amount: string;
  currency: string;
  date: string;
  merchantName: string | null;
  description: string | null;
  storedStatus: Status;
  category: string | null;
  /** Null if the pattern has been deleted since. */
  matchedPattern: string | null;
}

/** At most `limit` rows of a batch whose ids follow `afterId`, in the order they were sent. The primary key finds them. */
export async function listBatchTransactions(
  database: Database,
  batch: Batch,
  afterId: number | null,
  limit: number,
): Promise<BatchTransactionRow[]> {
  if (batch.firstTransactionId === null) return [];
  const result = await database.raw<{ rows: BatchTransactionRow[] }>(
    `SELECT t.id, t.transaction_id AS "transactionId", t.account_id AS "accountId", t.amount, t.currency, t.date,
            t.merchant_name AS "merchantName", t.description, t.ingestion_status AS "storedStatus",
            c.name AS category, p.pattern AS "matchedPattern", ${selectDecisionSql}
       FROM transactions t
       LEFT JOIN categories c ON c.id = t.category_id
       LEFT JOIN category_patterns p ON p.id = t.matched_pattern_id
      WHERE t.id > :afterId AND t.id <= :lastId AND t.batch_id = :batchId
      ORDER BY t.id
      LIMIT :limit`,
    {
      afterId: Math.max(afterId ?? 0, batch.firstTransactionId - 1),
      lastId: batch.lastTransactionId,
      batchId: batch.id,
      limit,
    },
  );
  return result.rows;
}
