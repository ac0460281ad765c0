import type { Knex } from 'knex';
import type { Database } from '../connection/database.ts';
import { type TransactionQuery, transactionOrder } from '../transactions/matching-transactions.ts';
import type { Place } from './place.ts';
import { hasManyOutsideRanges, rangedTransactions } from './ranged-transactions.ts';

/** With all the rows that they stand for, 64 each. */
const maxRanges = 1_000;
/** Of rows whose texts are compared, which takes longer. */
const maxRangesSearched = 400;
/** Of a category, which stand for 256 rows each. */
const maxCategoryRanges = 250;
/** Rows outside ranges that are read one by one; with more the whole table is read as quickly. */
const maxOutside = 80_000;

/**
 * The first so many ranges of an order, and what comes before the range that follows them. Ranges are
 * ordered by what none of their rows comes before.
 */
const extremes = {
  asc: {
    order: 'least, first_id',
    before: '(t.amount, t.id) < (SELECT least, first_id FROM (?) AS next)',
  },
  desc: {
    order: 'largest DESC, last_id DESC',
    before: '(t.amount, t.id) > (SELECT largest, last_id FROM (?) AS next)',
  },
};

/**
 * Where the least or the largest amounts are wanted: the rows of the first ranges of amounts, as long as they
 * come before the first range that is left out (docs/decisions/0012 and 0013).
 */
export async function* placesOfExtremes(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
  end: number,
): AsyncGenerator<Place> {
  const { sort, filters, search } = query;
  const [first] = sort;
  if (first?.field !== 'amount' || sort.length > 1) return;
  const categoryId = categoryOf(query);
  const most = mostRanges(categoryId, search);
  if (end >= most || (await hasManyOutsideRanges(database, maxOutside))) return;
  // Each range has at least one row that comes before all others.
  const isAllOfRanges = search === null && filters.length === (categoryId === null ? 0 : 1);
  const count = isAllOfRanges ? end + 1 : most;
  const { order, before } = extremes[first.direction];
  const ordered = () =>
    (categoryId === null
      ? database('amount_ranges')
      : database('category_amount_ranges').where('category_id', categoryId)
    ).orderByRaw(order);
  const next = ordered().offset(count).limit(1);
  const ranges = ordered().select('batch_id', 'first_id', 'last_id').limit(count);
  yield {
    among: matching
      .clone()
      .from(rangedTransactions(database, ranges))
      .whereRaw('coalesce(?, true)', [database.raw(before, [next as unknown as Knex.Raw])])
      .clearOrder()
      .orderByRaw(transactionOrder(query)),
    isAll: false,
  };
}

function mostRanges(categoryId: number | null, search: string | null): number {
  if (categoryId !== null) return maxCategoryRanges;
  return search === null ? maxRanges : maxRangesSearched;
}

/** The one category that is asked for, 0 where it is none; null where several are, or all. */
function categoryOf({ filters }: TransactionQuery): number | null {
  for (const { field, operator, values } of filters) {
    if (operator !== 'eq' || values.length !== 1) continue;
    if (field === 'category_id') return values[0] as number;
    if (field === 'uncategorized' && values[0] === true) return 0;
  }
  return null;
}
