import type { TransactionRow } from '../../../db/transactions/list-transactions.ts';
import { fromStoredConfidence } from '../../../domain/category-match.ts';
import { formatMoney } from '../../../domain/money.ts';
import { transactionStatus } from '../../../domain/status.ts';
import type { AdminTransactionBody } from './schema.ts';

export function presentTransaction(row: TransactionRow): AdminTransactionBody {
  return {
    id: row.id,
    batch_id: row.batchId,
    transaction_id: row.transactionId,
    account_id: row.accountId,
    amount: formatMoney(row.amount),
    currency: row.currency,
    date: row.date,
    merchant_name: row.merchantName,
    description: row.description,
    ingestion_status: transactionStatus(row.storedStatus, row.batchStatus),
    category_id: row.categoryId,
    category: row.category,
    category_source: row.categorySource,
    category_confidence: fromStoredConfidence(row.categoryConfidence),
    needs_review: row.needsReview ?? false,
    matched_pattern_id: row.matchedPatternId,
    matched_pattern: row.matchedPattern,
    matched_field: row.matchedField,
  };
}
