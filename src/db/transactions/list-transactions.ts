import type { Knex } from 'knex';
import type { Status } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import type { Listed } from '../list-page.ts';
import { findCandidates } from '../search/find-candidates.ts';
import {
  matchingTransactions,
  type TransactionQuery,
  transactionOrder,
} from '../search/matching-transactions.ts';
import type { BatchTransactionRow } from './list-batch-transactions.ts';
import { selectDecision } from './stored-decision.ts';

/** A row, its batch's status, and how it was categorized. */
export interface TransactionRow extends BatchTransactionRow {
  batchId: string;
  batchStatus: Status;
}

export interface TransactionPage extends TransactionQuery {
  offset: number;
  limit: number;
}

/**
 * How far matches are counted. To count the millions that a common filter lets pass would take longer
 * than to find the page, and nobody turns that many.
 */
export const countLimit = 1_000;

/**
 * A page of transactions, and how many match. Every query can be answered by the indexes of the table or by
 * reading all of it, once for page and count together. Where that would take long, smaller sets of candidates
 * are tried first.
 */
export async function listTransactions(
  database: Database,
  page: TransactionPage,
): Promise<Listed<TransactionRow>> {
  const { offset, limit, filters, search } = page;
  const isEverything = filters.length === 0 && search === null;
  // At least to the end of the next page, so that there is one to turn to.
  const counted = isEverything ? offset + limit : Math.max(countLimit, offset + 2 * limit);
  const { matching } = await matchingTransactions(database, page);
  const end = offset + limit;
  for await (const candidates of findCandidates(database, page, matching, end)) {
    const { isAll } = candidates;
    const rows = await readPage(database, page, candidates.matching, counted);
    const found = rows[0]?.matchingCount ?? 0;
    // Unless the page is full and another follows, rows that are no candidates could belong to it.
    if (!isAll && found <= end) continue;
    if (isEverything) return { rows, total: await countAll(database) };
    // An empty page has no row that tells how many match: the page lies behind the last one, or nothing matches.
    const isEmpty = rows.length === 0 && (offset > 0 || limit === 0);
    const total = isEmpty
      ? await countRows(database, candidates.matching.limit(counted + 1))
      : found;
    return { rows, total: Math.min(total, counted), isTotalCapped: !isAll || total > counted };
  }
  throw new Error('no candidates are all that match');
}

async function readPage(
  database: Database,
  page: TransactionPage,
  matching: Knex.QueryBuilder,
  counted: number,
): Promise<CountedRow[]> {
  // Sorting takes little because it carries only the sorted columns. The page is cut out before anything is joined.
  const sorted = page.sort.map(({ field }) => `t.${field}`);
  const found = matching
    .clone()
    .select([...new Set(['t.id', ...sorted])])
    .limit(counted + 1);
  const order = transactionOrder(page);
  const cut = database
    .from('matching as t')
    .orderByRaw(order)
    .offset(page.offset)
    .limit(page.limit);
  return selectRows(
    database
      .withMaterialized('matching', found)
      .from(cut.select('t.id').as('cut'))
      .join('transactions as t', 't.id', 'cut.id'),
  )
    .select<CountedRow[]>(database.raw('(SELECT count(*) FROM matching) AS "matchingCount"'))
    .orderByRaw(order);
}

interface CountedRow extends TransactionRow {
  /** How many rows match, as far as they were counted. */
  matchingCount: number;
}

export async function findTransaction(
  database: Database,
  id: number,
): Promise<TransactionRow | null> {
  const [row] = await selectRows(database('transactions as t').where('t.id', id));
  return row ?? null;
}

/** The transactions that have these ids, in no particular order. */
export async function findTransactions(
  database: Database,
  ids: readonly number[],
): Promise<TransactionRow[]> {
  return selectRows(database('transactions as t').whereRaw('t.id = ANY (?)', [ids as number[]]));
}

export function selectRows(from: Knex.QueryBuilder): Knex.QueryBuilder<object, TransactionRow[]> {
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
      category: 'c.name',
      matchedPattern: 'p.pattern',
      ...selectDecision,
    });
}

/** The sum over the batches is exact, because a batch's count is stored together with its rows, and takes less than counting them. */
async function countAll(database: Database): Promise<number> {
  const [found] = await database('batches').sum<{ total: number | null }[]>(
    'transaction_count as total',
  );
  return found?.total ?? 0;
}

async function countRows(database: Database, matching: Knex.QueryBuilder): Promise<number> {
  const [found] = await database
    .from(matching.clone().select('t.id').as('t'))
    .count<{ count: number }[]>('* as count');
  return found?.count ?? 0;
}
