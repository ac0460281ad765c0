import type { Knex } from 'knex';
import type { Database, Transaction } from '../connection/database.ts';
import { Category } from '../models/category.ts';

/** What holds of the rows of the uncategorized queue: completed, and nobody has decided about their category. */
const isInQueue =
  "category_id IS NULL AND category_source IS NULL AND ingestion_status = 'completed'";

/** A query for the rows of the queue between two ids, both inclusive. */
export const queuedBetween = (
  database: Database,
  firstId: number,
  lastId: number,
): Knex.QueryBuilder =>
  database('transactions').where('id', '>=', firstId).where('id', '<=', lastId).whereRaw(isInQueue);

/**
 * Locks those rows that are still in the queue, and whose new category still exists, after their categories: in the order
 * in which everybody who assigns categories locks them. Returns these rows.
 */
export async function lockQueued<Row extends { id: number; categoryId: number }>(
  trx: Transaction,
  rows: readonly Row[],
): Promise<Row[]> {
  if (rows.length === 0) return [];
  const categories = await Category.query(trx)
    .findByIds([...new Set(rows.map(({ categoryId }) => categoryId))])
    .orderBy('id')
    .forKeyShare()
    .select('id');
  const existing = new Set(categories.map(({ id }) => id));
  const locked: number[] = await trx('transactions')
    .whereRaw('id = ANY (?::bigint[])', [rows.map(({ id }) => id)])
    .whereRaw(isInQueue)
    .orderBy('id')
    .forNoKeyUpdate()
    .pluck('id');
  const inQueue = new Set(locked);
  return rows.filter(({ id, categoryId }) => existing.has(categoryId) && inQueue.has(id));
}
