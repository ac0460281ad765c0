import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { inTimeSlices } from '../categorization/in-time-slices.ts';
import type { Database } from '../db/connection/database.ts';
import { Acceptance } from '../db/models/acceptance.ts';
import { acceptTransactions, loadUncategorized } from '../db/suggestions/accept-transactions.ts';
import { acceptedGroups } from '../db/suggestions/accepted-suggestions.ts';
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
/** Transactions of one activity: some seconds of work, after which batches that wait have their turn. */
const transactionsPerActivity = 50;
/** These two bound the memory of texts whose group is known. Long texts are rarely the same. */
const maxKnownTexts = 50_000;
const maxKnownCharacters = 100;
/** Well below the heartbeat timeout. */
const heartbeatPauseMs = 2_000;

export interface AcceptanceInput {
  id: string;
  /** What the workflow does: sets rows, or gives them back. */
  status: OpenAcceptanceStatus;
}

/**
 * Sets some rows of accepted groups, or gives them back, from where an earlier attempt has come. False when all are done,
 * or the acceptance is doing something else. Throws AcceptanceNotFound.
 */
export async function advanceAcceptance(
  { database, reports }: ActivityDependencies,
  { id, status }: AcceptanceInput,
): Promise<boolean> {
  let nextId = 0;
  // A step may wait for locks, as long as a category is being removed.
  const timer = setInterval(() => heartbeat(nextId), heartbeatPauseMs);
  try {
    // An attempt that was killed may have written rows without dropping the reports of their accounts.
    if (activityInfo().attempt > 1) await reports.dropAll();
    const groupOf = rememberTexts(await acceptedGroups(database, id));
    let ranges: readonly IdRange[] | undefined;
    for (let count = 0; count < transactionsPerActivity; count++) {
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
      if (acceptance.status !== status) return false;
      nextId = acceptance.nextTransactionId;
      if (status === 'running') ranges ??= await rangesOf(database, acceptance);
      const accountIds = await (status === 'running'
        ? acceptStep(database, acceptance, ranges ?? [], groupOf)
        : undoStep(database, acceptance, groupOf));
      if (accountIds === 'done') return false;
      if (accountIds !== null) await reports.dropAccounts(accountIds);
    }
    return true;
  } finally {
    clearInterval(timer);
  }
}

/** The id of the group of a text, if that was accepted. */
type GroupOf = (text: string) => string | null;

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
  groupOf: GroupOf,
): Promise<string[] | null | 'done'> {
  if (firstId > lastTransactionId) return 'done';
  const range = ranges.find(({ lastId }) => lastId >= firstId);
  // Behind the last range there are no rows left, and before the next one, none yet.
  const from = Math.max(firstId, range?.firstId ?? lastTransactionId + 1);
  const end = Math.min(from + idsPerTransaction - 1, lastTransactionId);
  const rows = await withGroup(await loadUncategorized(database, from, end), groupOf);
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
  groupOf: GroupOf,
): Promise<string[] | null | 'done'> {
  const accepted = await loadAccepted(database, id, firstId, rowsPerTransaction);
  const last = accepted.at(-1);
  if (last === undefined) return 'done';
  const rows = await withGroup(accepted, groupOf);
  return undoAcceptance(database, id, { firstId, lastId: last.id, rows });
}

async function withGroup(
  rows: readonly { id: number; text: string }[],
  groupOf: GroupOf,
): Promise<{ id: number; groupId: string }[]> {
  const found: { id: number; groupId: string }[] = [];
  for await (const slice of inTimeSlices(rows))
    for (const { id, text } of slice) {
      const group = groupOf(text);
      if (group !== null) found.push({ id, groupId: group });
    }
  return found;
}

/** Texts come again and again, and finding the group of one takes microseconds. */
function rememberTexts(accepted: ReadonlySet<string>): GroupOf {
  const known = new Map<string, string | null>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const id = groupId(merchantGroup(text).name);
    const group = accepted.has(id) ? id : null;
    if (text.length <= maxKnownCharacters) {
      if (known.size >= maxKnownTexts) known.clear();
      known.set(text, group);
    }
    return group;
  };
}
