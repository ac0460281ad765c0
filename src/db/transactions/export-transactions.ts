import { snakeCaseMappers } from 'objection';
import type { Database } from '../connection/database.ts';
import { findAllMatching } from '../search/find-candidates.ts';
import type { TransactionQuery } from '../search/matching-transactions.ts';
import { selectRows, type TransactionRow } from './list-transactions.ts';

/** Rows held in memory at a time. */
const rowsPerFetch = 1_000;

/** Knex converts the names of columns in the rows of its own queries, but not in those of a raw FETCH. */
const { parse } = snakeCaseMappers();

/**
 * All transactions that match, in the query's order and as they were at one moment. A cursor reads them in parts, each
 * of which may take `timeoutMs`. A caller who stops early releases the cursor and its connection.
 */
export async function* exportTransactions(
  database: Database,
  query: TransactionQuery,
  timeoutMs: number,
): AsyncGenerator<TransactionRow[]> {
  const { matching } = await findAllMatching(database, query);
  const trx = await database.transaction();
  try {
    // Without an index for the order, the first part takes as long as sorting all rows.
    await trx.raw(`SELECT set_config('statement_timeout', ?, true)`, [String(timeoutMs)]);
    await trx.raw('DECLARE exported NO SCROLL CURSOR FOR ?', [selectRows(matching) as never]);
    while (true) {
      const { rows } = await trx.raw<{ rows: object[] }>(`FETCH ${rowsPerFetch} FROM exported`);
      yield rows.map((row) => parse(row) as TransactionRow);
      if (rows.length < rowsPerFetch) break;
    }
  } finally {
    await trx.rollback();
  }
}
