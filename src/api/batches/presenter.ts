import type { BatchConflict } from '../../db/batches/list-batch-conflicts.ts';
import type { Batch } from '../../db/models/batch.ts';
import type { BatchTransactionRow } from '../../db/transactions/list-batch-transactions.ts';
import { fromStoredConfidence } from '../../domain/category-match.ts';
import { formatMoney } from '../../domain/money.ts';
import { batchStatusCounts, type Status, transactionStatus } from '../../domain/status.ts';
import { workflowIdOf } from '../../temporal/start-batch-processing.ts';
import { type WorkflowLinks, workflowUrl } from '../workflow-links.ts';
import type { BatchBody, BatchTransactionBody, BatchWithConflictsBody } from './schema.ts';

export function presentBatch(batch: Batch, links: WorkflowLinks): BatchBody {
  return {
    batch_id: batch.id,
    request_id: batch.requestId,
    status: batch.status,
    transaction_count: batch.transactionCount,
    duplicate_count: batch.duplicateCount,
    conflict_count: batch.conflictCount,
    processing_status: batchStatusCounts(batch),
    categorized_count: batch.categorizedCount,
    uncategorized_count: batch.completedCount - batch.categorizedCount,
    failure_reason: batch.failureReason,
    created_at: batch.createdAt.toISOString(),
    started_at: batch.startedAt?.toISOString() ?? null,
    finished_at: batch.finishedAt?.toISOString() ?? null,
    workflow: batch.isStored ? presentWorkflow(batch, links) : null,
  };
}

function presentWorkflow(batch: Batch, links: WorkflowLinks): BatchBody['workflow'] {
  const workflowId = workflowIdOf(batch);
  return {
    workflow_id: workflowId,
    run_id: batch.workflowRunId,
    url: workflowUrl(links, workflowId, batch.workflowRunId),
  };
}

export function presentBatchWithConflicts(
  batch: Batch,
  conflicts: readonly BatchConflict[],
  links: WorkflowLinks,
): BatchWithConflictsBody {
  return {
    ...presentBatch(batch, links),
    conflicts: conflicts.map((conflict) => ({
      row: conflict.rowIndex,
      account_id: conflict.accountId,
      transaction_id: conflict.transactionId,
      stored_batch_id: conflict.storedBatchId,
      fields: conflict.fields,
    })),
  };
}

export function presentBatchTransaction(
  row: BatchTransactionRow,
  batchStatus: Status,
): BatchTransactionBody {
  const { matchedPatternId, matchedField } = row;
  return {
    transaction_id: row.transactionId,
    account_id: row.accountId,
    amount: formatMoney(row.amount),
    currency: row.currency,
    date: row.date,
    merchant_name: row.merchantName,
    description: row.description,
    ingestion_status: transactionStatus(row.storedStatus, batchStatus),
    category: row.category,
    category_source: row.categorySource,
    category_confidence: fromStoredConfidence(row.categoryConfidence),
    needs_review: row.needsReview ?? false,
    match:
      matchedPatternId === null || matchedField === null
        ? null
        : { pattern_id: matchedPatternId, pattern: row.matchedPattern, field: matchedField },
  };
}
