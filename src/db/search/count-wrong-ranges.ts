import type { Transaction } from '../connection/database.ts';
import {
  categoryRanges,
  decisionRanges,
  readTextRanges,
  textRangeColumns,
  textRangeRows,
} from './build-search-ranges.ts';

/** How many ranges lists could miss rows by. */
export interface WrongRanges {
  /** Ranges of categories that are missing or leave rows out, and those of batches that have none. */
  categoryRanges: number;
  /** Ranges of decisions that are missing, and those of batches that have none. */
  decisionRanges: number;
  /** Ranges of texts that differ from the rows. */
  textRanges: number;
}

export async function countWrongRanges(trx: Transaction): Promise<WrongRanges> {
  const textRanges = await countDifferentTextRanges(trx);
  // This reads every row. Where statistics are missing, as after a restore, PostgreSQL expects a few, and may hold
  // each beside every batch.
  await trx.raw("SELECT set_config('enable_nestloop', 'off', true)");
  return {
    textRanges,
    categoryRanges: await countOf(trx, narrowCategoryRanges),
    decisionRanges: await countOf(trx, missingDecisionRanges),
  };
}

/** Ranges may be wider than their rows, some of which have had other categories; or stand for none any more. */
const narrowCategoryRanges = `
  SELECT FROM (${categoryRanges('b.has_ranges')}) AS built
    FULL JOIN category_ranges r
      -- A join compares by "=", which null never is; so the categories are made comparable.
      ON r.batch_id = built.batch_id AND r.first_id = built.first_id AND r.last_id = built.last_id
     AND r.is_set_by_hand = built.is_set_by_hand
     AND coalesce(r.category_id, 0) = coalesce(built.category_id, 0)
    LEFT JOIN batches b ON b.id = r.batch_id AND b.has_ranges
   WHERE b.id IS NULL OR r.min_amount > built.min_amount OR r.max_amount < built.max_amount`;

const missingDecisionRanges = `
  SELECT FROM (${decisionRanges('b.has_ranges')}) AS built
    FULL JOIN decision_ranges r USING (batch_id, first_id, last_id, category_source, needs_review)
    LEFT JOIN batches b ON b.id = batch_id AND b.has_ranges
   WHERE b.id IS NULL OR r.batch_id IS NULL`;

async function countDifferentTextRanges(trx: Transaction): Promise<number> {
  const batchIds: string[] = await trx('batches').where('has_ranges', true).pluck('id');
  let builtCount = 0;
  let alikeCount = 0;
  for await (const ranges of readTextRanges(trx, batchIds)) {
    const alike = `${textRangeRows} INTERSECT SELECT batch_id, first_id, last_id, signature FROM text_ranges`;
    builtCount += ranges.length;
    alikeCount += await countOf(trx, alike, textRangeColumns(ranges));
  }
  return Math.max(builtCount, await countOf(trx, 'SELECT FROM text_ranges')) - alikeCount;
}

/** The number of rows that a query finds. */
export async function countOf(
  trx: Transaction,
  query: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  const result = await trx.raw<{ rows: [{ count: number }] }>(
    `SELECT count(*) AS count FROM (${query}) AS found`,
    parameters as never,
  );
  return result.rows[0].count;
}
