import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Transaction } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';
import { widenSearchRanges } from '../search/build-search-ranges.ts';
import { addRowsToDailyTotals, addUncategorizedTotals, totalsOfRow } from './daily-totals.ts';

/** The category that a row had, and the one that it has now. */
export interface CategoryChange {
  transactionId: number;
  batchId: string;
  /** Rows that are not completed yet are counted when they are. */
  isCompleted: boolean;
  before: DecidedCategory;
  after: DecidedCategory;
}

interface DecidedCategory {
  /** Null is none. */
  categoryId: number | null;
  /** Null is "nobody has decided": such rows without a category are in the uncategorized queue. */
  source: string | null;
  needsReview: boolean | null;
}

/**
 * Applies category changes of the same transaction to everything that is derived from them: the batches'
 * counts of categorized rows, the totals, and the search ranges.
 */
export async function applyCategoryChanges(
  trx: Transaction,
  changes: readonly CategoryChange[],
): Promise<void> {
  const different = changes.filter(
    ({ before, after }) =>
      before.categoryId !== after.categoryId ||
      before.source !== after.source ||
      before.needsReview !== after.needsReview,
  );
  if (different.length === 0) return;
  const deltas = new Map<string, number>();
  for (const { batchId, isCompleted, before, after } of different) {
    const delta = isCompleted
      ? Number(after.categoryId !== null) - Number(before.categoryId !== null)
      : 0;
    deltas.set(batchId, (deltas.get(batchId) ?? 0) + delta);
  }
  await trx.raw(`SELECT pg_advisory_xact_lock_shared(${advisoryLocks.totalsChanges})`);
  // In the order of their ids, so that two transactions never deadlock. Batches whose count stays the same are
  // locked too, since the same lock decides whether their rows are in the totals, and have
  // ranges.
  const batches = await Batch.query(trx)
    .findByIds([...deltas.keys()])
    .orderBy('id')
    .forNoKeyUpdate()
    .select('id', 'isInTotals');
  const nonZero = [...deltas].filter(([, delta]) => delta !== 0);
  if (nonZero.length > 0) {
    await trx.raw(
      `UPDATE batches SET categorized_count = categorized_count + v.delta
         FROM unnest(?::uuid[], ?::integer[]) AS v (id, delta) WHERE batches.id = v.id`,
      [nonZero.map(([id]) => id), nonZero.map(([, delta]) => delta)],
    );
  }
  const inTotals = new Set(batches.filter(({ isInTotals }) => isInTotals).map(({ id }) => id));
  await correctTotals(
    trx,
    different.filter(({ batchId }) => inTotals.has(batchId)),
  );
  // After the totals, in the same order as moving a whole category locks them.
  await widenSearchRanges(
    trx,
    different.map(({ transactionId }) => transactionId),
  );
}

const isOpen = ({ categoryId, source }: DecidedCategory): boolean =>
  categoryId === null && source === null;

async function correctTotals(trx: Transaction, changes: readonly CategoryChange[]): Promise<void> {
  if (changes.length === 0) return;
  const ids = changes.map(({ transactionId }) => transactionId);
  await trx.raw(
    `INSERT INTO uncategorized_totals AS u (text, currency, row_count, amount)
       SELECT text, currency, sum(sign), sum(sign * amount)
         FROM (SELECT coalesce(t.merchant_name, t.description) AS text, t.currency, t.amount, v.sign
                 FROM unnest(?::bigint[], ?::integer[]) AS v (id, sign) JOIN transactions t USING (id)) AS moved
        WHERE sign <> 0 AND text IS NOT NULL
        GROUP BY text, currency HAVING sum(sign) <> 0 OR sum(sign * amount) <> 0
        ORDER BY md5(text)::uuid, currency
     ${addUncategorizedTotals}`,
    [ids, changes.map(({ before, after }) => Number(isOpen(after)) - Number(isOpen(before)))],
  );
  const moved = changes.filter(({ before, after }) => before.categoryId !== after.categoryId);
  await trx.raw(
    `WITH moved AS (
       SELECT before_id, after_id, account_id, date, currency, ${totalsOfRow}
         FROM unnest(?::bigint[], ?::integer[], ?::integer[]) AS v (id, before_id, after_id) JOIN transactions USING (id)
     ), rows AS (
       SELECT account_id, date, currency, side.category_id, sign * row_count AS row_count,
              sign * spend_count AS spend_count, sign * spend AS spend, sign * income AS income
         FROM moved CROSS JOIN LATERAL (VALUES (before_id, -1), (after_id, 1)) AS side (category_id, sign)
     )
     ${addRowsToDailyTotals}`,
    [
      moved.map(({ transactionId }) => transactionId),
      // Knex's types know arrays without nulls only.
      moved.map(({ before }) => before.categoryId) as number[],
      moved.map(({ after }) => after.categoryId) as number[],
    ],
  );
}
