import { snakeCaseMappers } from 'objection';
import type { Database } from '../connection/database.ts';
import { selectRows, type TransactionRow } from './list-transactions.ts';
import { matchingTransactions, type TransactionQuery } from './matching-transactions.ts';

/** Rows held in memory at a time. */
const rowsPerFetch = 1_000;

/** What knex does to the rows of its own queries, of which FETCH is none. */
const { parse } = snakeCaseMappers();

/**
 * All transactions that match, in the query's order and as they were at one moment, in parts that are
 * read through a cursor, each within the time. Whoever stops early gives the cursor and its connection back.
 */
export async function* exportTransactions(
  database: Database,
  query: TransactionQuery,
  timeoutMs: number,
): AsyncGenerator<TransactionRow[]> {
  const { matching } = await matchingTransactions(database, query);
  const trx = await database.transaction();
  try {
    // An order without an index sorts all rows before the first one.
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
