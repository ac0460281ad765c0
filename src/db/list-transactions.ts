import type { Knex } from 'knex';
import type { Status } from '../domain/status.ts';
import type { Database } from './database.ts';
import {
  containing,
  type Listed,
  type ListFilter,
  type ListPage,
  orderBySql,
  whereFilter,
} from './list-page.ts';
import { Batch } from './models/batch.ts';

/** A row together with its batch's status and how it was categorized. */
export interface TransactionRow {
  id: number;
  batchId: string;
  transactionId: string;
  accountId: string;
  /** PostgreSQL's text of numeric(19,4). */
  amount: string;
  currency: string;
  date: string;
  merchantName: string | null;
  description: string | null;
  storedStatus: Status;
  batchStatus: Status;
  categoryId: number | null;
  category: string | null;
  categorySource: 'pattern' | 'manual' | null;
  matchedPatternId: number | null;
  matchedField: 'merchant_name' | 'description' | null;
  /** Null when the pattern was deleted since. */
  matchedPattern: string | null;
}

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
  // The rule of transactionStatus() in domain/status.ts.
  status: `CASE WHEN t.ingestion_status = 'completed' THEN 'completed' ELSE b.status END`,
  uncategorized: '(t.category_id IS NULL)',
};

export type TransactionPage = ListPage<
  keyof typeof sortColumns,
  keyof typeof filterColumns | 'batch_id'
>;

/**
 * Transactions, those of one account by its index, those of batches by their blocks of ids, and
 * unfiltered ones by the primary key. Any other filter or order reads the whole table, half a second
 * a million rows, and a search compares every text, three seconds a million (measured on 2 busy
 * cores): this is for people who look for something, and an index for each would be paid for at
 * every COPY.
 */
export async function listTransactions(
  database: Database,
  page: TransactionPage,
): Promise<Listed<TransactionRow>> {
  const inBatches = await batchCondition(database, page.filters);
  const matching = database('transactions as t').modify((query) => {
    if (page.filters.some(({ field }) => field === 'status'))
      query.join('batches as b', 'b.id', 't.batch_id');
    for (const filter of page.filters) {
      if (filter.field === 'batch_id') query.where(inBatches);
      else whereFilter(query, filterColumns[filter.field], filter);
      // Says the same once more, in a form whose selectivity the planner knows.
      if (filter.field === 'status' && isOpen(filter))
        query.where('t.ingestion_status', '<>', 'completed');
    }
    if (page.search !== null) {
      const pattern = containing(page.search);
      query.whereRaw('(t.merchant_name ILIKE ? OR t.description ILIKE ?)', [pattern, pattern]);
    }
  });
  const order = orderBySql(sortColumns, page.sort, 't.id');
  // The page is cut out before anything is joined to it.
  const cut = matching
    .clone()
    .select('t.*')
    .orderByRaw(order)
    .offset(page.offset)
    .limit(page.limit);
  const rows = await selectRows(database.from(cut.as('t'))).orderByRaw(order);
  const isEverything = page.filters.length === 0 && page.search === null;
  return {
    rows,
    total: isEverything ? await countAll(database) : await countMatching(matching),
  };
}

export async function findTransaction(
  database: Database,
  id: number,
): Promise<TransactionRow | null> {
  const [row] = await selectRows(database('transactions as t').where('t.id', id));
  return row ?? null;
}

/** Those of the ids that are there, in no certain order. */
export async function findTransactions(
  database: Database,
  ids: readonly number[],
): Promise<TransactionRow[]> {
  return selectRows(database('transactions as t').whereRaw('t.id = ANY (?)', [ids as number[]]));
}

function selectRows(from: Knex.QueryBuilder): Knex.QueryBuilder<object, TransactionRow[]> {
  return from
    .join('batches as b', 'b.id', 't.batch_id')
    .leftJoin('categories as c', 'c.id', 't.category_id')
    .leftJoin('category_patterns as p', 'p.id', 't.matched_pattern_id')
    .select({
      id: 't.id',
      batchId: 't.batch_id',
      transactionId: 't.transaction_id',
      accountId: 't.account_id',
      amount: 't.amount',
      currency: 't.currency',
      date: 't.date',
      merchantName: 't.merchant_name',
      description: 't.description',
      storedStatus: 't.ingestion_status',
      batchStatus: 'b.status',
      categoryId: 't.category_id',
      category: 'c.name',
      categorySource: 't.category_source',
      matchedPatternId: 't.matched_pattern_id',
      matchedField: 't.matched_field',
      matchedPattern: 'p.pattern',
    });
}

/** The sum over the batches is as exact as counting millions of rows, which are only stored along with it. */
async function countAll(database: Database): Promise<number> {
  const [found] = await database('batches').sum<{ total: number | null }[]>(
    'transaction_count as total',
  );
  return found?.total ?? 0;
}

async function countMatching(matching: Knex.QueryBuilder): Promise<number> {
  const [found] = await matching.clone().count<{ count: number }[]>('* as count');
  return found?.count ?? 0;
}

const isOpen = ({ operator, values }: ListFilter<string>): boolean =>
  values.includes('completed') === (operator === 'ne');

/** Rows of batches are found by the batches' blocks of ids, since no index has the batch (docs/decisions/0003). */
async function batchCondition(
  database: Database,
  filters: readonly ListFilter<string>[],
): Promise<(query: Knex.QueryBuilder) => void> {
  const ids = filters.find(({ field }) => field === 'batch_id')?.values;
  if (ids === undefined) return () => {};
  const batches = await Batch.query(database)
    .findByIds(ids as string[])
    .whereNotNull('firstTransactionId');
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
