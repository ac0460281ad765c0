import type { Recategorization } from '../../../db/models/recategorization.ts';
import { recategorizationWorkflowId } from '../../../temporal/recategorization.ts';
import { type WorkflowLinks, workflowUrl } from '../../workflow-links.ts';
import type { RecategorizationBody } from './schema.ts';

export function presentRecategorization(
  run: Recategorization,
  links: WorkflowLinks,
): RecategorizationBody {
  const workflowId = recategorizationWorkflowId(run.id);
  return {
    id: run.id,
    scope: run.scope,
    account_id: run.accountId,
    category_id: run.categoryId,
    pattern_id: run.patternId,
    start_date: run.startDate,
    end_date: run.endDate,
    include_manual: run.includeManual,
    status: run.status,
    progress: progressOf(run),
    changed_count: run.changedCount,
    unchanged_count: run.unchangedCount,
    kept_count: run.keptCount,
    failure_reason: run.failureReason,
    requested_by: run.requestedBy,
    created_at: run.createdAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    finished_at: run.finishedAt?.toISOString() ?? null,
    workflow: {
      workflow_id: workflowId,
      run_id: run.workflowRunId,
      url: workflowUrl(links, workflowId, run.workflowRunId),
    },
  };
}

function progressOf({
  status,
  firstTransactionId,
  lastTransactionId,
  doneIdCount,
}: Recategorization): number {
  if (status === 'completed') return 1;
  if (firstTransactionId === null || lastTransactionId === null) return 0;
  const idCount = lastTransactionId - firstTransactionId + 1;
  return idCount <= 0 ? 0 : Math.min(1, doneIdCount / idCount);
}
