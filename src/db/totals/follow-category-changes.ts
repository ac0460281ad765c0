import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Transaction } from '../connection/database.ts';
import { widenCategoryRanges } from '../search/note-ranges.ts';
import { addDailyTotals, addUncategorizedTotals } from './fold-totals.ts';

/** What a completed row's category was, and what it is now. */
export interface CategoryChange {
  transactionId: number;
  batchId: string;
  before: DecidedCategory;
  after: DecidedCategory;
}

interface DecidedCategory {
  /** Null is none. */
  categoryId: number | null;
  /** Null is "nobody has decided": such rows without a category are in the uncategorized queue. */
  source: 'pattern' | 'manual' | null;
}

/**
 * Lets the batches' counts of categorized rows, the totals of rows that are in them, and the ranges of
 * categories follow what the same transaction has changed. Rows that are not completed are none of its
 * business: they are counted when they are.
 */
export async function followCategoryChanges(
  trx: Transaction,
  changes: readonly CategoryChange[],
): Promise<void> {
  const different = changes.filter(
    ({ before, after }) =>
      before.categoryId !== after.categoryId || isOpen(before) !== isOpen(after),
  );
  if (different.length === 0) return;
  const deltas = new Map<string, number>();
  for (const { batchId, before, after } of different) {
    const delta = Number(after.categoryId !== null) - Number(before.categoryId !== null);
    deltas.set(batchId, (deltas.get(batchId) ?? 0) + delta);
  }
  await trx.raw(`SELECT pg_advisory_xact_lock_shared(${advisoryLocks.totalsChanges})`);
  // In a certain order, so that two who change several batches never wait for each other; and also
  // those whose count stays, for what is in the totals is decided under the same lock.
  const batches = await trx('batches')
    .whereIn('id', [...deltas.keys()])
    .orderBy('id')
    .forNoKeyUpdate()
    .select<{ id: string; isInTotals: boolean; hasRanges: boolean }[]>({
      id: 'id',
      isInTotals: 'is_in_totals',
      hasRanges: 'has_ranges',
    });
  const counted = [...deltas].filter(([, delta]) => delta !== 0);
  if (counted.length > 0) {
    await trx.raw(
      `UPDATE batches SET categorized_count = categorized_count + v.delta
         FROM unnest(?::uuid[], ?::integer[]) AS v (id, delta) WHERE batches.id = v.id`,
      [counted.map(([id]) => id), counted.map(([, delta]) => delta)],
    );
  }
  const inTotals = new Set(batches.filter(({ isInTotals }) => isInTotals).map(({ id }) => id));
  await correctTotals(
    trx,
    different.filter(({ batchId }) => inTotals.has(batchId)),
  );
  // After the totals, as whoever moves a whole category does.
  const withRanges = new Set(batches.filter(({ hasRanges }) => hasRanges).map(({ id }) => id));
  await widenCategoryRanges(
    trx,
    different
      .filter(({ batchId }) => withRanges.has(batchId))
      .map((change) => change.transactionId),
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
    `INSERT INTO daily_totals AS d (account_id, date, currency, category_id, row_count, spend_count, spend, income)
       SELECT account_id, date, currency, category_id, sum(sign), coalesce(sum(sign) FILTER (WHERE amount < 0), 0),
              coalesce(sum(sign * amount) FILTER (WHERE amount < 0), 0), coalesce(sum(sign * amount) FILTER (WHERE amount > 0), 0)
         FROM (SELECT a.account_id, t.date, t.currency, t.amount, side.category_id, side.sign
                 FROM unnest(?::bigint[], ?::integer[], ?::integer[]) AS v (id, before_id, after_id)
                 JOIN transactions t USING (id)
                 LEFT JOIN accounts_with_totals a USING (account_id)
                CROSS JOIN LATERAL (VALUES (v.before_id, -1), (v.after_id, 1)) AS side (category_id, sign)) AS moved
        GROUP BY GROUPING SETS ((account_id, date, currency, category_id), (date, currency, category_id))
       HAVING (account_id IS NOT NULL OR grouping(account_id) = 1)
          AND (sum(sign) <> 0 OR sum(sign * amount) <> 0 OR sum(sign) FILTER (WHERE amount < 0) <> 0)
        ORDER BY 1, 2, 3, 4
     ${addDailyTotals}`,
    [
      moved.map(({ transactionId }) => transactionId),
      // Knex's types know arrays without nulls only.
      moved.map(({ before }) => before.categoryId) as number[],
      moved.map(({ after }) => after.categoryId) as number[],
    ],
  );
}
