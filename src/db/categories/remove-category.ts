import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Transaction } from '../connection/database.ts';

/** A category may have millions of rows to let go of, at some 100,000 a second; other requests need far less. */
const statementTimeoutMs = 10 * 60_000;

/**
 * Keeps everyone else away from a category that is about to go, and from its patterns. It must come
 * first in its transaction:
 *
 * - the tables, as an import locks them: it waits for the end of this, or this for the end of it,
 *   before either holds anything that the other needs;
 * - then one removal at a time: two would change the same rows and counts of batches in no certain
 *   order, and deadlock; and nobody who takes rows into the totals, which move as a whole;
 * - then the category, so that whoever is just assigning it ends first, and nobody starts;
 * - then its patterns, so that what the log says of them is what goes.
 */
export async function lockForRemoval(trx: Transaction, id: number): Promise<void> {
  await trx.raw(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
  await trx.raw('LOCK TABLE categories, category_patterns IN ROW EXCLUSIVE MODE');
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.categoryRemoval})`);
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.totals})`);
  await trx.raw('SELECT FROM categories WHERE id = ? FOR UPDATE', [id]);
  await trx.raw('SELECT FROM category_patterns WHERE category_id = ? ORDER BY id FOR UPDATE', [id]);
}

/**
 * Deletes a category with its patterns. Triggers uncategorize its rows, and correct the counts of
 * their batches, the totals and the ranges.
 */
export async function deleteCategory(trx: Transaction, id: number): Promise<void> {
  await trx('categories').where({ id }).delete();
}

/**
 * Gives the patterns and rows of a category to another one, and deletes it. Rows set by hand stay set
 * by hand, and the counts of batches stay right, since every row goes on having a category. False
 * when there is no such other one.
 */
export async function mergeCategory(
  trx: Transaction,
  id: number,
  intoId: number,
): Promise<boolean> {
  const into = await trx('categories').where({ id: intoId }).forKeyShare().first('id');
  if (into === undefined) return false;
  await trx('category_patterns')
    .where({ category_id: id })
    .update({ category_id: intoId, updated_at: trx.fn.now() });
  await trx.raw('SELECT move_transactions(?, ?)', [id, intoId]);
  await trx.raw('SELECT move_daily_totals(ARRAY[?]::integer[], ?)', [id, intoId]);
  await trx.raw('SELECT move_category_ranges(ARRAY[?]::integer[], ?)', [id, intoId]);
  await trx('categories').where({ id }).delete();
  return true;
}
