import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../db/connection/database.ts';
import { Acceptance } from '../db/models/acceptance.ts';
import { acceptTransactions, loadUncategorized } from '../db/suggestions/accept-transactions.ts';
import { acceptedSuggestions } from '../db/suggestions/accepted-suggestions.ts';
import { candidateRanges, type IdRange } from '../db/suggestions/candidate-ranges.ts';
import { loadAccepted, undoAcceptance } from '../db/suggestions/undo-acceptance.ts';
import type { OpenAcceptanceStatus } from '../domain/acceptance.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { groupId } from '../domain/group-id.ts';
import { merchantGroup } from '../domain/merchant-group.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Ids looked at in one transaction. Few of their rows are in a group that was accepted, so locks are short. */
const idsPerTransaction = 10_000;
/** Rows changed in one transaction: short locks, and little to do again after a crash. */
const rowsPerTransaction = 5_000;
/** Bounds the memory of texts whose group is known. */
const maxKnownTexts = 50_000;

export interface AcceptanceInput {
  id: string;
  /** What the workflow does: sets rows, or gives them back. */
  status: OpenAcceptanceStatus;
}

/**
 * Sets the rows of accepted groups, or gives them back, from where an earlier attempt has come, until all are done or the
 * acceptance is doing something else. Throws AcceptanceNotFound.
 */
export async function advanceAcceptance(
  { database, reports }: ActivityDependencies,
  { id, status }: AcceptanceInput,
): Promise<void> {
  // An attempt that was killed may have written rows without dropping the reports of their accounts.
  if (activityInfo().attempt > 1) await reports.dropAll();
  const categoryOfGroup = await acceptedSuggestions(database, id);
  const categoryOf = rememberTexts(
    (text) => categoryOfGroup.get(groupId(merchantGroup(text).name)) ?? null,
  );
  let ranges: readonly IdRange[] | undefined;
  for (;;) {
    cancellationSignal().throwIfAborted();
    // It is read again, since another attempt may have done more.
    const acceptance = await Acceptance.query(database).findById(id);
    if (acceptance === undefined) {
      throw ApplicationFailure.create({
        type: failureTypes.acceptanceNotFound,
        message: 'There is no such acceptance.',
        nonRetryable: true,
      });
    }
    if (acceptance.status !== status) return;
    if (status === 'running') ranges ??= await rangesOf(database, acceptance);
    const accountIds = await (status === 'running'
      ? acceptStep(database, acceptance, ranges ?? [], categoryOf)
      : undoStep(database, acceptance, categoryOf));
    if (accountIds === 'done') return;
    if (accountIds !== null) await reports.dropAccounts(accountIds);
    heartbeat(acceptance.nextTransactionId);
  }
}

/** The category that was accepted for the group of a text, if any. */
type CategoryOf = (text: string) => number | null;

/** Ranges of ids in which an acceptance has rows to set. */
async function rangesOf(
  database: Database,
  { texts, nextTransactionId, lastTransactionId }: Acceptance,
): Promise<readonly IdRange[]> {
  const all = [{ firstId: nextTransactionId, lastId: lastTransactionId }];
  return texts === null
    ? all
    : ((await candidateRanges(database, texts, nextTransactionId)) ?? all);
}

/** Returns the accounts of changed rows, null when another attempt was faster, and 'done' at the end. */
async function acceptStep(
  database: Database,
  { id, nextTransactionId: firstId, lastTransactionId }: Acceptance,
  ranges: readonly IdRange[],
  categoryOf: CategoryOf,
): Promise<string[] | null | 'done'> {
  if (firstId > lastTransactionId) return 'done';
  const range = ranges.find(({ lastId }) => lastId >= firstId);
  // Behind the last range there are no rows left, and before the next one, none yet.
  const from = Math.max(firstId, range?.firstId ?? lastTransactionId + 1);
  const end = Math.min(from + idsPerTransaction - 1, lastTransactionId);
  const rows = withCategory(await loadUncategorized(database, from, end), categoryOf);
  const nextId = rows[rowsPerTransaction]?.id ?? end + 1;
  return acceptTransactions(database, id, {
    firstId,
    lastId: nextId - 1,
    rows: rows.slice(0, rowsPerTransaction),
  });
}

async function undoStep(
  database: Database,
  { id, nextTransactionId: firstId }: Acceptance,
  categoryOf: CategoryOf,
): Promise<string[] | null | 'done'> {
  const accepted = await loadAccepted(database, id, firstId, rowsPerTransaction);
  const last = accepted.at(-1);
  if (last === undefined) return 'done';
  const rows = withCategory(accepted, categoryOf);
  return undoAcceptance(database, id, { firstId, lastId: last.id, rows });
}

const withCategory = (
  rows: readonly { id: number; text: string }[],
  categoryOf: CategoryOf,
): { id: number; categoryId: number }[] =>
  rows.flatMap(({ id, text }) => {
    const categoryId = categoryOf(text);
    return categoryId === null ? [] : [{ id, categoryId }];
  });

/** Texts come again and again, and finding the group of one takes microseconds. */
function rememberTexts(categoryOf: CategoryOf): CategoryOf {
  const known = new Map<string, number | null>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    if (known.size >= maxKnownTexts) known.clear();
    const categoryId = categoryOf(text);
    known.set(text, categoryId);
    return categoryId;
  };
}
