import type { Knex } from 'knex';
import type { Database } from '../connection/database.ts';
import type { FilterValue } from '../list-page.ts';
import {
  isNewestFirst,
  matchingTransactions,
  type TransactionQuery,
  transactionOrder,
} from './matching-transactions.ts';
import { findSignatureBits, rangedCandidates } from './ranged-candidates.ts';
import { hasManyUnranged } from './ranged-transactions.ts';

/** Rows among which a page of a query may be found. */
export interface Candidates {
  /** Those that match, in the query's order. */
  matching: Knex.QueryBuilder;
  /** Whether these are all that match; otherwise they are those that come first. */
  isAll: boolean;
}

/** Newest rows that are read before the whole table is. Mostly they fill a page; where they don't, they cost some 10 ms. */
const maxNewest = 30_000;
const maxNewestSearched = 15_000;
/** Between two amounts there may be so few rows that a page of them lies further back, though seldom in the whole table. */
const maxNewestByAmount = 250_000;
/** The index of dates finds the rows of some days without reading the others. */
const maxNewestByDate = 80_000;

/** An index, or a block of ids, leads from these fields to few rows. */
const selectiveFields: readonly string[] = ['id', 'transaction_id', 'batch_id'];

/**
 * Candidates for the first `end` rows of a query, the likeliest first, so that a list need not read the whole
 * table (docs/decisions/0011). The last ones are all that match.
 */
export async function* findCandidates(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
  end: number,
): AsyncGenerator<Candidates> {
  if (!(await isSelective(database, query))) {
    const bits = query.search === null ? [] : await findSignatureBits(database, query.search);
    const hasRanges = !(await hasManyUnranged(database));
    if (hasRanges) {
      const from = (rows: Knex.Raw) =>
        matching.clone().from(rows).clearOrder().orderByRaw(transactionOrder(query));
      for await (const { rows, isAll } of rangedCandidates(database, query, bits, end)) {
        yield { matching: from(rows), isAll };
        if (isAll) return;
      }
    }
    if (isNewestFirst(query) && !(hasRanges && bits.length > 0))
      yield* newest(database, query, matching);
  }
  yield { matching, isAll: true };
}

/** All rows that match, among as few as possible. */
export async function findAllMatching(
  database: Database,
  query: TransactionQuery,
): Promise<{ matching: Knex.QueryBuilder }> {
  const { matching } = await matchingTransactions(database, query);
  for await (const candidates of findCandidates(database, query, matching, Infinity))
    if (candidates.isAll) return candidates;
  return { matching };
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

/** The newest rows as candidates, unless nothing is filtered, or the table has no others. Then more of them, if that may help. */
async function* newest(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
): AsyncGenerator<Candidates> {
  const { filters, search } = query;
  if (filters.length === 0 && search === null) return;
  const isOfDays = search === null && filters.some(({ field }) => field === 'date');
  const few = search === null ? maxNewest : maxNewestSearched;
  const counts = [isOfDays ? maxNewestByDate : few];
  if (search === null && filters.some(({ field }) => field === 'amount'))
    counts.push(maxNewestByAmount);
  for (const count of counts) {
    const from = await findNewestFrom(database, count);
    if (from === null) return;
    const among = matching.clone().clearOrder().orderByRaw(transactionOrder(query));
    yield {
      matching: isOfDays
        ? among.where('t.id', '>', from)
        : among.from(newestInOrder(database, from)),
      isAll: false,
    };
  }
}

/** The newest rows as `t`, read in their order, so that reading ends once there are enough: the planner might sort them. */
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
