import type { Knex } from 'knex';
import type { Database } from '../connection/database.ts';
import type { FilterValue } from '../list-page.ts';
import {
  isSetByHand,
  type TransactionQuery,
  transactionOrder,
} from '../transactions/matching-transactions.ts';
import { placesOfExtremes } from './extreme-transactions.ts';
import type { Place } from './place.ts';
import { findTextRanges } from './text-ranges.ts';

/** Rows that are looked through before the whole table is: mostly enough for a page, and some 10 ms where they are not. */
const newestRows = 30_000;
/** Of rows whose texts are compared, which takes longer. */
const newestRowsSearched = 15_000;
/** Of some days, which the index of dates finds without a look at the others. */
const newestRowsByDate = 80_000;

/** Lead to few rows by themselves. */
const selectiveFields: readonly string[] = ['id', 'transaction_id', 'batch_id'];

/**
 * Places in which a page of a query's rows may be found without reading the whole table, the likeliest
 * first; the last one has all that matches.
 */
export async function* whereToLook(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
  end: number,
): AsyncGenerator<Place> {
  if (!(await isSelective(database, query))) {
    const ranges = await findTextRanges(database, query, matching);
    if (ranges?.isRare) {
      yield { among: ranges.all(), isAll: true };
      return;
    }
    yield* placesOfExtremes(database, query, matching, end);
    if (isNewestFirst(query)) {
      if (ranges === null) yield* newest(database, query, matching);
      else for (const among of ranges.newest()) yield { among, isAll: false };
    }
  }
  yield { among: matching, isAll: true };
}

/** Whether filters lead to few rows by an index, by blocks of ids, or by a list of their own. */
async function isSelective(database: Database, { filters }: TransactionQuery): Promise<boolean> {
  if (filters.some((filter) => selectiveFields.includes(filter.field) || isSetByHand(filter)))
    return true;
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

const isNewestFirst = ({ sort }: TransactionQuery): boolean =>
  sort.length === 1 && sort[0]?.field === 'id' && sort[0].direction === 'desc';

/** Those among the newest rows, unless these are all that is wanted anyway. */
async function* newest(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
): AsyncGenerator<Place> {
  const { filters, search } = query;
  if (filters.length === 0 && search === null) return;
  const isOfDays = search === null && filters.some(({ field }) => field === 'date');
  const few = search === null ? newestRows : newestRowsSearched;
  const from = await findNewestFrom(database, isOfDays ? newestRowsByDate : few);
  if (from === null) return;
  const among = matching.clone().clearOrder().orderByRaw(transactionOrder(query));
  yield {
    among: isOfDays ? among.where('t.id', '>', from) : among.from(newestInOrder(database, from)),
    isAll: false,
  };
}

/** As `t`, and in their order, so that reading ends as soon as there are enough: the planner might rather sort them. */
const newestInOrder = (database: Database, from: number): Knex.Raw =>
  database.raw('(SELECT * FROM transactions WHERE id > ? ORDER BY id DESC OFFSET 0) AS t', [from]);

/** The id behind which the newest rows lie; null where there are no others. */
async function findNewestFrom(database: Database, maxIds: number): Promise<number | null> {
  const [range] = await database('transactions').select<{ oldest: number; newest: number }[]>(
    database.raw('min(id) AS oldest, max(id) AS newest'),
  );
  const { oldest, newest } = range as { oldest: number; newest: number };
  const from = newest - maxIds;
  return oldest > from ? null : from;
}
