import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { listAccountsBetween } from '../db/accounts/list-accounts-between.ts';
import { Recategorization } from '../db/models/recategorization.ts';
import { loadCompletedTransactions } from '../db/recategorizations/load-completed-transactions.ts';
import { beginRange, nextIdOf } from '../db/recategorizations/recategorization-ranges.ts';
import { recategorizeTransactions } from '../db/recategorizations/recategorize-transactions.ts';
import { hasEnded } from '../domain/recategorization.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Ids looked at in one transaction: short locks, and little to do again after a crash. */
const idsPerTransaction = 5_000;

export interface RecategorizeRangeInput {
  id: string;
  /** Ids of transactions, both inclusive. */
  firstId: number;
  lastId: number;
}

/**
 * Lets the categorizers decide again about the rows of the range, from where an earlier attempt has
 * come. False when the run has ended, since somebody has cancelled it.
 */
export async function recategorizeRange(
  { database, chain, reports }: ActivityDependencies,
  { id, firstId, lastId }: RecategorizeRangeInput,
): Promise<boolean> {
  const range = { recategorizationId: id, firstId };
  let nextId = await beginRange(database, range);
  // An attempt that was killed may have written rows without dropping the reports of their accounts.
  if (nextId > firstId)
    await reports.dropAccounts(await listAccountsBetween(database, firstId, nextId - 1));

  while (nextId <= lastId) {
    cancellationSignal().throwIfAborted();
    const run = await Recategorization.query(database).findById(id);
    if (run === undefined || hasEnded(run.status)) return false;
    const chunkEnd = Math.min(nextId + idsPerTransaction - 1, lastId);
    const rows = await loadCompletedTransactions(database, run, nextId, chunkEnd);
    const { matches } = await chain.decide(rows);
    const accountIds = await recategorizeTransactions(database, run, {
      rangeFirstId: firstId,
      firstId: nextId,
      lastId: chunkEnd,
      decisions: rows.map((row, index) => ({ row, match: matches[index] ?? null })),
    });
    if (accountIds !== null) await reports.dropAccounts(accountIds);
    heartbeat(chunkEnd);
    // It is read again, since another attempt may have done this chunk and later ones.
    nextId = await nextIdOf(database, range);
  }
  return true;
}
