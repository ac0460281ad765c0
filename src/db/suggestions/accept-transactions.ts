import { isDeepStrictEqual } from 'node:util';
import { raw } from 'objection';
import type { Database } from '../connection/database.ts';
import { Acceptance } from '../models/acceptance.ts';
import { assignCategories } from '../transactions/assign-categories.ts';
import { decidedByHand } from '../transactions/stored-decision.ts';
import { lockQueued, queuedBetween } from '../transactions/uncategorized-queue.ts';
import { type RowOfGroup, withAcceptedCategories } from './accepted-suggestions.ts';

/** A completed row about whose category nobody has decided. */
export interface UncategorizedTransaction {
  id: number;
  /** The merchant's name, or the description of a row without one. */
  text: string;
}

/** The rows of the uncategorized queue between two ids, both inclusive, in the order of their ids. */
export async function loadUncategorized(
  database: Database,
  firstId: number,
  lastId: number,
): Promise<UncategorizedTransaction[]> {
  return queuedBetween(database, firstId, lastId)
    .whereRaw('coalesce(merchant_name, description) IS NOT NULL')
    .orderBy('id')
    .select<UncategorizedTransaction[]>(
      'id',
      database.raw('coalesce(merchant_name, description) AS text'),
    );
}

/** The part of an acceptance that one transaction does: the ids of a range, both inclusive. */
export interface AcceptedRange {
  firstId: number;
  lastId: number;
  /** Those whose group was accepted. */
  rows: readonly RowOfGroup[];
}

/**
 * Sets rows by hand that are still in the uncategorized queue, and counts them on the acceptance. Returns the accounts of
 * the rows that it set; null when another attempt has done the range, the acceptance no longer runs, or a category was
 * merged or deleted at this moment, so that the range has to be done again.
 *
 * Locks the acceptance, and then categories, rows and batches in the order in which everybody who assigns categories
 * locks them.
 */
export async function acceptTransactions(
  database: Database,
  acceptanceId: string,
  { firstId, lastId, rows }: AcceptedRange,
): Promise<string[] | null> {
  return database.transaction(async (trx) => {
    const locked = await Acceptance.query(trx)
      .where({ id: acceptanceId, status: 'running', nextTransactionId: firstId })
      .forNoKeyUpdate()
      .first();
    if (locked === undefined) return null;
    const accepted = await withAcceptedCategories(trx, acceptanceId, rows);
    const wanted = await lockQueued(trx, accepted);
    if (
      wanted.length < accepted.length &&
      !isDeepStrictEqual(accepted, await withAcceptedCategories(trx, acceptanceId, rows))
    )
      return null;
    const results = await assignCategories(
      trx,
      wanted.map(({ id, categoryId }) => ({
        transactionId: id,
        decision: decidedByHand(categoryId),
      })),
      { acceptanceId },
    );
    await Acceptance.query(trx)
      .findById(acceptanceId)
      .patch({
        nextTransactionId: lastId + 1,
        changedCount: raw('changed_count + ?', results.length),
      });
    return [...new Set(results.map(({ accountId }) => accountId))];
  });
}
