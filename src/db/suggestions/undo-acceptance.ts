import { raw } from 'objection';
import type { Database } from '../connection/database.ts';
import { Acceptance } from '../models/acceptance.ts';
import { assignCategories } from '../transactions/assign-categories.ts';
import { decidedByCategorizer } from '../transactions/stored-decision.ts';
import { type RowOfGroup, withAcceptedCategories } from './accepted-suggestions.ts';

/** A row that an acceptance has set. */
export interface AcceptedTransaction {
  id: number;
  text: string;
}

/** Rows that the acceptance has set, from an id on, in the order of their ids. */
export async function loadAccepted(
  database: Database,
  acceptanceId: string,
  firstId: number,
  limit: number,
): Promise<AcceptedTransaction[]> {
  return database('labels as l')
    .join('transactions as t', 't.id', 'l.transaction_id')
    .where('l.acceptance_id', acceptanceId)
    .where('l.transaction_id', '>=', firstId)
    .orderBy('l.transaction_id')
    .limit(limit)
    .select<AcceptedTransaction[]>(
      't.id',
      database.raw('coalesce(t.merchant_name, t.description) AS text'),
    );
}

/** The part of an undoing that one transaction does: the ids of a range, both inclusive. */
export interface UndoneRange {
  firstId: number;
  lastId: number;
  /** Those whose group was accepted. */
  rows: readonly RowOfGroup[];
}

/**
 * Gives rows back to the uncategorized queue that nobody has set since the acceptance gave them their category.
 * Their labels are gone, as if nobody had said anything. Returns the accounts of the rows; null when another attempt has
 * done the range.
 */
export async function undoAcceptance(
  database: Database,
  acceptanceId: string,
  { firstId, lastId, rows }: UndoneRange,
): Promise<string[] | null> {
  return database.transaction(async (trx) => {
    const advanced = await Acceptance.query(trx)
      .patch({ nextTransactionId: lastId + 1 })
      .where({ id: acceptanceId, status: 'undoing', nextTransactionId: firstId });
    if (advanced === 0) return null;
    const locked = await trx('transactions as t')
      .whereRaw('id = ANY (?::bigint[])', [rows.map(({ id }) => id)])
      .where({ category_source: 'manual' })
      .orderBy('id')
      .forNoKeyUpdate()
      .select<{ id: number; categoryId: number | null }[]>('id', 'category_id');
    // Read after the rows are locked: a merge changes both at once.
    const accepted = await withAcceptedCategories(trx, acceptanceId, rows);
    const given = new Map(accepted.map(({ id, categoryId }) => [id, categoryId]));
    // Read after the rows are locked, too: somebody may have chosen the same category since.
    const setByIt = new Set<number>(
      await trx('labels')
        .whereRaw('transaction_id = ANY (?::bigint[])', [locked.map(({ id }) => id)])
        .where({ acceptance_id: acceptanceId })
        .pluck('transaction_id'),
    );
    const wanted = locked.filter(
      ({ id, categoryId }) => setByIt.has(id) && given.get(id) === categoryId,
    );
    if (wanted.length === 0) return [];
    const results = await assignCategories(
      trx,
      wanted.map(({ id }) => ({
        transactionId: id,
        decision: decidedByCategorizer(null),
      })),
    );
    await trx('labels')
      .whereRaw('transaction_id = ANY (?::bigint[])', [wanted.map(({ id }) => id)])
      .delete();
    await Acceptance.query(trx)
      .findById(acceptanceId)
      .patch({ undoneCount: raw('undone_count + ?', results.length) });
    return [...new Set(results.map(({ accountId }) => accountId))];
  });
}
