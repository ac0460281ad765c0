import type { Knex } from 'knex';
import type { Database } from './database.ts';
import type { FilterValue } from './list-page.ts';
import { type TransactionQuery, transactionOrder } from './matching-transactions.ts';
import { hasManyOutsideRanges, rangedTransactions } from './ranged-transactions.ts';

/**
 * Rows that are looked through before the whole table is: mostly enough for a page and its count, and some
 * 15 ms where they are not.
 */
const maxRows = 50_000;
/** Of texts, which take longer to compare. */
const maxRowsSearched = 30_000;
/** Of amounts, with all the rows that they stand for. */
const maxRanges = 1_000;
const maxRangesSearched = 400;
/** Rows outside ranges that are read one by one; with more the whole table is read as quickly. */
const maxOutside = 80_000;
/** Of a category's, which stand for more rows each. */
const maxCategoryRanges = 250;

/** Lead to few rows by themselves. */
const selectiveFields: readonly string[] = ['id', 'transaction_id', 'batch_id'];

/**
 * Of what matches, in the query's order, some that come first in it for certain: those among the newest
 * rows, or among the least or largest amounts (docs/decisions/0012 and 0013). Null where all is found as quickly, or
 * there are hardly more than `end` of them. Within an object, since a query that a promise resolves to is run.
 */
export async function likelyTransactions(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
  end: number,
): Promise<{ likely: Knex.QueryBuilder | null }> {
  const { sort, filters, search } = query;
  const [first] = sort;
  if (first === undefined || sort.length > 1 || (await isSelective(database, query)))
    return { likely: null };
  const isEverything = filters.length === 0 && search === null;
  const ordered = () => matching.clone().clearOrder().orderByRaw(transactionOrder(query));
  if (first.field === 'amount') {
    const most = mostRanges(query);
    if (end >= most || (await hasManyOutsideRanges(database, maxOutside))) return { likely: null };
    // Each range has at least one row that comes before all others.
    const isAllOfRanges =
      search === null && filters.length === (categoryOf(query) === null ? 0 : 1);
    const count = isAllOfRanges ? end + 1 : most;
    return { likely: amongExtremes(database, query, ordered(), count) };
  }
  const isNewestFirst = first.field === 'id' && first.direction === 'desc';
  if (!isNewestFirst || isEverything) return { likely: null };
  const from = await findNewestFrom(database, search === null ? maxRows : maxRowsSearched);
  return { likely: from === null ? null : ordered().from(newest(database, from)) };
}

function mostRanges(query: TransactionQuery): number {
  if (categoryOf(query) !== null) return maxCategoryRanges;
  return query.search === null ? maxRanges : maxRangesSearched;
}

/** Whether filters alone lead to few rows, by an index or by blocks of ids. */
export async function isSelective(
  database: Database,
  { filters }: TransactionQuery,
): Promise<boolean> {
  if (filters.some(({ field }) => selectiveFields.includes(field))) return true;
  const accounts = filters.find(
    ({ field, operator }) => field === 'account_id' && operator === 'eq',
  );
  return accounts !== undefined && !(await isAnyLarge(database, accounts.values));
}

/** Whether one of the accounts has so many rows that to sort them takes long. */
async function isAnyLarge(database: Database, ids: readonly FilterValue[]): Promise<boolean> {
  const found = await database('accounts_with_totals')
    .whereRaw('account_id = ANY (?)', [ids as string[]])
    .first('account_id');
  return found !== undefined;
}

/** As `t`, and in their order, so that it ends as soon as there are enough: the planner might rather sort them. */
const newest = (database: Database, from: number): string =>
  database.raw('(SELECT * FROM transactions WHERE id > ? ORDER BY id DESC OFFSET 0) AS t', [
    from,
  ]) as unknown as string;

/** The id behind which the newest rows lie; null where there are no others. */
async function findNewestFrom(database: Database, maxIds: number): Promise<number | null> {
  const [range] = await database('transactions').select<{ oldest: number; newest: number }[]>(
    database.raw('min(id) AS oldest, max(id) AS newest'),
  );
  const { oldest, newest } = range as { oldest: number; newest: number };
  const from = newest - maxIds;
  return oldest > from ? null : from;
}

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
 * The rows of the first so many ranges, as long as they come before the first range that is left out; those
 * of one category where the query is for one.
 */
function amongExtremes(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
  count: number,
): Knex.QueryBuilder {
  const { order, before } = extremes[query.sort[0]?.direction ?? 'asc'];
  const categoryId = categoryOf(query);
  const ordered = () =>
    (categoryId === null
      ? database('amount_ranges')
      : database('category_amount_ranges').where('category_id', categoryId)
    ).orderByRaw(order);
  const first = ordered().select('batch_id', 'first_id', 'last_id').limit(count);
  const next = ordered().offset(count).limit(1);
  return matching
    .from(rangedTransactions(database, first as unknown as Knex.Raw) as unknown as string)
    .whereRaw('coalesce(?, true)', [database.raw(before, [next as unknown as Knex.Raw])]);
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
