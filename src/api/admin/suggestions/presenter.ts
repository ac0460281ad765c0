import type { Acceptance } from '../../../db/models/acceptance.ts';
import { acceptanceWorkflowId } from '../../../temporal/acceptance.ts';
import { type WorkflowLinks, workflowUrl } from '../../workflow-links.ts';
import { presentDecisionExplanation } from '../categorizers/present-decision-explanation.ts';
import { presentGroup } from '../uncategorized-groups/group-texts.ts';
import type { AcceptAllPreviewBody, AcceptanceBody, SuggestionsBody } from './schema.ts';
import type { Suggestion } from './suggest-categories.ts';
import type { SuggestionGroup } from './suggestion-groups.ts';

type GroupBody = SuggestionsBody['groups'][number];

const noSuggestion = {
  category_id: null,
  category: null,
  confidence: null,
  source: null,
  explanation: null,
};

/** @param names of the categories; the suggestion of one that was deleted at this moment is none */
export async function presentSuggestion(
  group: SuggestionGroup,
  suggestion: Suggestion | null,
  names: ReadonlyMap<number, string>,
): Promise<GroupBody> {
  const body = { id: group.id, ...presentGroup(group) };
  const category = suggestion && names.get(suggestion.categoryId);
  if (suggestion === null || category === null || category === undefined)
    return { ...body, ...noSuggestion };
  const { categoryId, confidence, source } = suggestion;
  const explanation = await suggestion.explain();
  return {
    ...body,
    category_id: categoryId,
    category,
    confidence,
    source,
    explanation: explanation && presentDecisionExplanation(explanation),
  };
}

/** A group with the suggestion that would be accepted. */
export interface AcceptableGroup {
  group: SuggestionGroup;
  suggestion: Suggestion;
}

const maxExamples = 20;

export function presentAcceptAll(
  groups: readonly AcceptableGroup[],
  names: ReadonlyMap<number, string>,
): AcceptAllPreviewBody {
  const nameOf = (id: number): string => names.get(id) ?? '';
  const countRows = (some: readonly AcceptableGroup[]): number =>
    some.reduce((sum, { group }) => sum + group.transactionCount, 0);
  const byCategory = Map.groupBy(groups, ({ suggestion }) => suggestion.categoryId);
  return {
    group_count: groups.length,
    transaction_count: countRows(groups),
    categories: [...byCategory]
      .map(([categoryId, ofCategory]) => ({
        category_id: categoryId,
        category: nameOf(categoryId),
        group_count: ofCategory.length,
        transaction_count: countRows(ofCategory),
      }))
      .sort((a, b) => b.transaction_count - a.transaction_count || a.category_id - b.category_id),
    examples: groups.slice(0, maxExamples).map(({ group, suggestion }) => ({
      id: group.id,
      name: group.name,
      transaction_count: group.transactionCount,
      category_id: suggestion.categoryId,
      category: nameOf(suggestion.categoryId),
      confidence: suggestion.confidence,
      source: suggestion.source,
    })),
  };
}

export function presentAcceptance(acceptance: Acceptance, links: WorkflowLinks): AcceptanceBody {
  const { id, status } = acceptance;
  const isUndoing = status === 'undoing' || status === 'undone';
  const workflowId = acceptanceWorkflowId({ id, status: isUndoing ? 'undoing' : 'running' });
  return {
    acceptance_id: id,
    status,
    progress: progressOf(acceptance),
    group_count: acceptance.groupCount,
    changed_count: acceptance.changedCount,
    undone_count: acceptance.undoneCount,
    failure_reason: acceptance.failureReason,
    requested_by: acceptance.requestedBy,
    created_at: acceptance.createdAt.toISOString(),
    finished_at: acceptance.finishedAt?.toISOString() ?? null,
    workflow: { workflow_id: workflowId, url: workflowUrl(links, workflowId, null) },
  };
}

function progressOf({
  status,
  firstTransactionId,
  nextTransactionId,
  lastTransactionId,
}: Acceptance): number {
  if (status === 'completed' || status === 'undone') return 1;
  if (status === 'undoing') return 0;
  const idCount = lastTransactionId - firstTransactionId + 1;
  const doneCount = nextTransactionId - firstTransactionId;
  return idCount <= 0 ? 0 : Math.min(1, Math.max(0, doneCount / idCount));
}
