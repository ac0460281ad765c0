import type { Knex } from 'knex';
import type { Database } from './database.ts';
import type { FilterValue } from './list-page.ts';
import { type TransactionQuery, transactionOrder } from './matching-transactions.ts';

/**
 * Rows that are looked through before the whole table is: mostly enough for a page and its count, and some
 * 20 ms where they are not.
 */
const maxRows = 80_000;
/** Of texts, which take longer to compare. */
const maxRowsSearched = 30_000;
/** Of amounts, with all the rows that they stand for. */
const maxRanges = 1_000;
const maxRangesSearched = 400;

/** Lead to few rows by themselves. */
const selectiveFields: readonly string[] = ['id', 'transaction_id', 'batch_id'];

/**
 * Of what matches, in the query's order, some that come first in it for certain: those among the newest
 * rows, or among the least or largest amounts (docs/decisions/0012). Null where all is found as quickly, or
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
    const most = search === null ? maxRanges : maxRangesSearched;
    if (end >= most || (await hasManyOutsideRanges(database))) return { likely: null };
    // Each range has at least one row that comes before all others.
    const count = isEverything ? end + 1 : most;
    return { likely: amongExtremes(database, ordered(), first.direction, count) };
  }
  const isNewestFirst = first.field === 'id' && first.direction === 'desc';
  if (!isNewestFirst || isEverything) return { likely: null };
  const from = await findNewestFrom(database, search === null ? maxRows : maxRowsSearched);
  return { likely: from === null ? null : ordered().where('t.id', '>', from) };
}

async function isSelective(database: Database, { filters }: TransactionQuery): Promise<boolean> {
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
    ranges:
      'SELECT batch_id, first_id, last_id FROM amount_ranges ORDER BY least, first_id LIMIT ?',
    before:
      '(t.amount, t.id) < (SELECT least, first_id FROM amount_ranges ORDER BY least, first_id OFFSET ? LIMIT 1)',
  },
  desc: {
    ranges:
      'SELECT batch_id, first_id, last_id FROM amount_ranges ORDER BY largest DESC, last_id DESC LIMIT ?',
    before:
      '(t.amount, t.id) > (SELECT largest, last_id FROM amount_ranges ORDER BY largest DESC, last_id DESC OFFSET ? LIMIT 1)',
  },
};

/**
 * The rows of the first so many ranges, as long as they come before the first range that is left out, and
 * those of batches that have no ranges yet; all in one statement, within which no batch changes sides.
 */
function amongExtremes(
  database: Database,
  matching: Knex.QueryBuilder,
  direction: 'asc' | 'desc',
  count: number,
): Knex.QueryBuilder {
  const { ranges, before } = extremes[direction];
  const rows = database.raw(
    `(SELECT t.*
        FROM (
          (?)
          UNION ALL
          SELECT id, first_transaction_id, last_transaction_id FROM batches WHERE NOT has_amount_ranges
        ) AS r
        CROSS JOIN LATERAL (
          SELECT * FROM transactions
           WHERE id >= r.first_id AND id <= r.last_id AND batch_id = r.batch_id
          -- Nobody knows how few rows a range has, least of all the planner.
          OFFSET 0
        ) AS t) AS t`,
    [database.raw(ranges, [count])],
  );
  return matching
    .from(rows as unknown as string)
    .whereRaw('coalesce(?, true)', [database.raw(before, [count])]);
}

/** Whether more rows would have to be read one by one than should be. */
async function hasManyOutsideRanges(database: Database): Promise<boolean> {
  const [found] = await database('batches')
    .where('has_amount_ranges', false)
    .sum<{ total: number | null }[]>('transaction_count as total');
  return (found?.total ?? 0) > maxRows;
}
