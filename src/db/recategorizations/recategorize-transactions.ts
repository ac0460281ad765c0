import { raw } from 'objection';
import type { CategoryMatch } from '../../domain/category-match.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { recordRemovedLabels } from '../learning/record-removed-labels.ts';
import { Category } from '../models/category.ts';
import { Recategorization } from '../models/recategorization.ts';
import { applyCategoryChanges } from '../totals/apply-category-changes.ts';
import {
  decidedByCategorizer,
  decisionBindings,
  decisionColumns,
  decisionRows,
  isSameDecision,
} from '../transactions/stored-decision.ts';
import type { CompletedTransaction } from './load-completed-transactions.ts';
import { advanceRange } from './recategorization-ranges.ts';

export interface Redecision {
  row: CompletedTransaction;
  match: CategoryMatch | null;
}

/** The part of a run that one transaction does: all rows that the run includes between two ids. */
export interface RecategorizationChunk {
  /** The first id of the range that the chunk belongs to. */
  rangeFirstId: number;
  firstId: number;
  lastId: number;
  decisions: readonly Redecision[];
}

/**
 * Gives rows the category that the categorizers say now, and counts them on their batches, in the totals
 * and on the run, in one transaction. Rows set by hand stay, unless the run includes them. Returns the
 * accounts of the rows that changed; null when another attempt has done the chunk, or the run has ended.
 *
 * Locks categories, rows and batches, in the same order as every other operation that assigns categories. When a
 * category is being deleted, this waits, and then fails with a foreign key violation.
 */
export async function recategorizeTransactions(
  database: Database,
  run: Recategorization,
  { rangeFirstId, firstId, lastId, decisions }: RecategorizationChunk,
): Promise<string[] | null> {
  const isKept = ({ categorySource }: { categorySource: string | null }): boolean =>
    categorySource === 'manual' && !run.includeManual;
  const different = decisions.filter(({ row, match }) => !isKept(row) && isDifferent(row, match));

  const write = database.transaction(async (trx) => {
    const range = { recategorizationId: run.id, firstId: rangeFirstId };
    if (!(await advanceRange(trx, range, firstId, lastId + 1))) return null;
    const locked = await lockRows(trx, different);
    const toWrite = different.filter(({ row }) => {
      const now = locked.get(row.id);
      return now !== undefined && !isKept(now);
    });
    const changed = toWrite.filter(
      ({ row, match }) => locked.get(row.id)?.categoryId !== (match?.categoryId ?? null),
    );
    await writeDecisions(trx, toWrite, firstId, lastId);
    await recordRemovedLabels(
      trx,
      toWrite.map(({ row, match }) => ({
        before: (locked.get(row.id) as LockedRow).categorySource,
        after: match?.source ?? null,
      })),
    );
    await applyCategoryChanges(
      trx,
      toWrite.map(({ row, match }) => {
        const { batchId, categoryId, categorySource, needsReview } = locked.get(
          row.id,
        ) as LockedRow;
        return {
          transactionId: row.id,
          batchId,
          isCompleted: true,
          before: { categoryId, source: categorySource, needsReview },
          after: {
            categoryId: match?.categoryId ?? null,
            source: match?.source ?? null,
            needsReview: match?.needsReview ?? null,
          },
        };
      }),
    );

    const keptCount =
      decisions.filter(({ row }) => isKept(row)).length + different.length - toWrite.length;
    const isOpen = await countOnRun(trx, run.id, {
      doneIdCount: lastId - firstId + 1,
      changedCount: changed.length,
      keptCount,
      unchangedCount: decisions.length - changed.length - keptCount,
    });
    if (!isOpen) throw new RunEnded();
    return [...new Set(changed.map(({ row }) => row.accountId))];
  });
  return write.catch((error: unknown) => {
    if (error instanceof RunEnded) return null;
    throw error;
  });
}

/** Rolls the transaction back. */
class RunEnded extends Error {}

const isDifferent = (row: CompletedTransaction, match: CategoryMatch | null): boolean =>
  !isSameDecision(row, decidedByCategorizer(match));

interface LockedRow {
  id: number;
  batchId: string;
  categoryId: number | null;
  categorySource: string | null;
  needsReview: boolean | null;
}

async function lockRows(
  trx: Transaction,
  decisions: readonly Redecision[],
): Promise<Map<number, LockedRow>> {
  const categoryIds = new Set(decisions.flatMap(({ match }) => match?.categoryId ?? []));
  await Category.query(trx)
    .findByIds([...categoryIds])
    .orderBy('id')
    .forKeyShare()
    .select('id');
  const rows = await trx('transactions')
    .whereRaw('id = ANY (?::bigint[])', [decisions.map(({ row }) => row.id)])
    .orderBy('id')
    .forNoKeyUpdate()
    .select<LockedRow[]>({
      id: 'id',
      batchId: 'batch_id',
      categoryId: 'category_id',
      categorySource: 'category_source',
      needsReview: 'needs_review',
    });
  return new Map(rows.map((row) => [row.id, row]));
}

async function writeDecisions(
  trx: Transaction,
  decisions: readonly Redecision[],
  firstId: number,
  lastId: number,
): Promise<void> {
  if (decisions.length === 0) return;
  await trx.raw(
    `UPDATE transactions AS t
        SET ${decisionColumns.map((column) => `${column} = v.${column}`).join(', ')}
       FROM ${decisionRows}
      WHERE t.id = v.id AND t.id BETWEEN ? AND ?`,
    [
      ...decisionBindings(
        decisions.map(({ row }) => row.id),
        decisions.map(({ match }) => decidedByCategorizer(match)),
      ),
      firstId,
      lastId,
    ],
  );
}

/** False when the run has ended. */
async function countOnRun(
  trx: Transaction,
  id: string,
  counts: Record<'doneIdCount' | 'changedCount' | 'unchangedCount' | 'keptCount', number>,
): Promise<boolean> {
  const countedRuns = await Recategorization.query(trx)
    .where({ id, status: 'processing' })
    .patch({
      doneIdCount: raw('done_id_count + ?', counts.doneIdCount),
      changedCount: raw('changed_count + ?', counts.changedCount),
      unchangedCount: raw('unchanged_count + ?', counts.unchangedCount),
      keptCount: raw('kept_count + ?', counts.keptCount),
    });
  return countedRuns > 0;
}
