import type { Knex } from 'knex';
import { manualSource } from '../../domain/category-match.ts';
import { statuses } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import {
  containing,
  type ListFilter,
  type ListSort,
  orderBySql,
  whereFilter,
} from '../list-page.ts';
import { Batch } from '../models/batch.ts';

const sortColumns = { id: 't.id', date: 't.date', amount: 't.amount' };
const filterColumns = {
  id: 't.id',
  transaction_id: 't.transaction_id',
  account_id: 't.account_id',
  amount: 't.amount',
  currency: 't.currency',
  date: 't.date',
  category_id: 't.category_id',
  category_source: 't.category_source',
  needs_review: '(coalesce(t.needs_review, false))',
  uncategorized: '(t.category_id IS NULL)',
};

type SortField = keyof typeof sortColumns;
type Filter = ListFilter<keyof typeof filterColumns | 'batch_id' | 'status'>;

/** Which transactions to list, and in what order. */
export interface TransactionQuery {
  sort: readonly ListSort<SortField>[];
  filters: readonly Filter[];
  search: string | null;
}

export const isNewestFirst = ({ sort }: TransactionQuery): boolean =>
  sort.length === 1 && sort[0]?.field === 'id' && sort[0].direction === 'desc';

/** The ORDER BY of a query, whose rows have the alias `t`. */
export const transactionOrder = ({ sort }: TransactionQuery): string =>
  orderBySql(sortColumns, sort, 't.id');

/**
 * A query for the rows `t` that pass the filters, in the query's order; the caller selects from them. It comes within
 * an object, because a promise that resolves to a query would run it.
 */
export async function matchingTransactions(
  database: Database,
  query: TransactionQuery,
): Promise<{ matching: Knex.QueryBuilder }> {
  const { filters, search } = query;
  const matching = database('transactions as t');
  for (const filter of filters) {
    if (filter.field === 'batch_id') await whereBatch(database, matching, filter);
    else if (filter.field === 'status') await whereStatus(database, matching, filter);
    else whereFilter(matching, filterColumns[filter.field], filter);
  }
  if (search !== null) whereText(matching, search);
  // A sum is an order that no index has. By an index, the planner would walk past half a million rows, alone, where
  // parallel workers read the table sooner: it does not know that dates go with ids, that the amounts and days that
  // people ask for are rare, or what texts contain.
  const columns = isUnevenlySpread(query)
    ? { ...sortColumns, id: 't.id + 0', date: 't.date + 0' }
    : sortColumns;
  matching.orderByRaw(orderBySql(columns, query.sort, columns.id));
  return { matching };
}

function isUnevenlySpread({ sort, filters, search }: TransactionQuery): boolean {
  const isFiltered = (name: SortField) => filters.some(({ field }) => field === name);
  return (
    search !== null || isFiltered('amount') || (isFiltered('date') && sort[0]?.field !== 'date')
  );
}

export const isSetByHand = ({ field, operator, values }: Filter): boolean =>
  field === 'category_source' &&
  operator === 'eq' &&
  values.every((value) => value === manualSource);

/** Asks for the decisions of certain categorizers, or for those that need review: there may be few of them. */
export const isOfDecisions = ({ field, operator, values }: Filter): boolean =>
  operator === 'eq' &&
  ((field === 'category_source' && !values.includes(manualSource)) ||
    (field === 'needs_review' && values.every((value) => value === true)));

async function whereBatch(
  database: Database,
  matching: Knex.QueryBuilder,
  { values }: Filter,
): Promise<void> {
  const batches = await Batch.query(database)
    .findByIds(values as string[])
    .whereNotNull('firstTransactionId');
  matching.where(inBlocksOf(batches));
}

/**
 * Blocks of ids that are looked up one by one. With more unfinished batches than that, the newest rows have enough for a
 * page.
 */
const maxBlocks = 200;

/** The rule of transactionStatus() in domain/status.ts. */
async function whereStatus(
  database: Database,
  matching: Knex.QueryBuilder,
  { operator, values }: Filter,
): Promise<void> {
  const wanted = statuses.filter((status) => values.includes(status) === (operator === 'eq'));
  if (wanted.length === 1 && wanted[0] === 'completed') {
    matching.where('t.ingestion_status', 'completed');
    return;
  }
  if (!wanted.includes('completed')) {
    matching.where('t.ingestion_status', '<>', 'completed');
    const batches = await Batch.query(database)
      .whereIn('status', wanted)
      .whereNotNull('firstTransactionId')
      .limit(maxBlocks + 1);
    if (batches.length <= maxBlocks) {
      matching.where(inBlocksOf(batches));
      return;
    }
  }
  matching.joinRaw('JOIN batches AS b ON b.id = t.batch_id');
  whereFilter(
    matching,
    "CASE WHEN t.ingestion_status = 'completed' THEN 'completed' ELSE b.status END",
    { field: 'status', operator: 'eq', values: wanted },
  );
}

/** Both texts of a row `t`, separated by a character that no search contains, so that one comparison is enough. */
export const texts = `(coalesce(t.merchant_name, '') || E'\\x01' || coalesce(t.description, ''))`;

/**
 * Rows whose merchant or description contains the text, whatever the case. ILIKE would lower the
 * pattern once a row, which takes longer than all the rest; and where the pattern is ASCII, so is
 * whatever matches it, for which the fastest way to lower will do.
 */
function whereText(matching: Knex.QueryBuilder, search: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is where ASCII begins
  const isAscii = /^[\x00-\x7f]*$/.test(search);
  const lowered = isAscii ? `lower(${texts} COLLATE "C")` : `lower(${texts})`;
  matching.whereRaw(`${lowered} LIKE lower(?)`, [containing(search)]);
}

/** Rows of batches are found by the batches' blocks of ids, since no index has the batch (docs/decisions/0003). */
function inBlocksOf(batches: readonly Batch[]): (query: Knex.QueryBuilder) => void {
  return (query) => {
    if (batches.length === 0) query.whereRaw('false');
    for (const batch of batches) {
      query.orWhereRaw('(t.id >= ? AND t.id <= ? AND t.batch_id = ?)', [
        batch.firstTransactionId as number,
        batch.lastTransactionId as number,
        batch.id,
      ]);
    }
  };
}
