import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Database } from '../../../db/database.ts';
import { exportTransactions } from '../../../db/export-transactions.ts';
import type { TransactionRow } from '../../../db/list-transactions.ts';
import type { TransactionQuery } from '../../../db/matching-transactions.ts';
import { ApiError } from '../../../domain/errors.ts';
import { formulaSafe } from '../../../domain/formula-safe.ts';
import type { ApiContext } from '../../context.ts';
import { presentTransaction } from './presenter.ts';
import type { AdminTransactionBody } from './schema.ts';

/** Each holds a connection of the pool for as long as its client reads. */
const maxConcurrentExports = 4;

const columns = [
  'id',
  'transaction_id',
  'account_id',
  'date',
  'amount',
  'currency',
  'merchant_name',
  'description',
  'ingestion_status',
  'category',
  'category_source',
  'matched_pattern',
  'matched_field',
  'batch_id',
] as const satisfies (keyof AdminTransactionBody)[];

/** Amounts alone stay as they are: a minus sign begins no formula there. */
const cell = (column: (typeof columns)[number], value: unknown): unknown =>
  typeof value === 'string' && column !== 'amount' ? formulaSafe(value) : value;

/** Answers with transactions as a CSV file (RFC 4180), row by row, until they end or the client leaves. */
export function transactionExport(database: Database) {
  let exports = 0;

  async function* records(rows: AsyncIterable<TransactionRow>) {
    for await (const row of rows) {
      const body = presentTransaction(row);
      yield columns.map((column) => cell(column, body[column]));
    }
  }

  return {
    stream(ctx: ApiContext, query: TransactionQuery): void {
      if (exports >= maxConcurrentExports) {
        throw new ApiError('overloaded', `${maxConcurrentExports} exports are running already.`, {
          retryAfterSeconds: 5,
        });
      }
      exports++;
      const csv = stringify({
        header: true,
        columns: [...columns],
        record_delimiter: 'windows',
        // A line feed alone is no end of a record here, and would stand unquoted.
        quoted_match: /[\r\n]/,
      });
      // An error ends the response without its end, which is how a client learns of it.
      pipeline(Readable.from(records(exportTransactions(database, query))), csv, () => {
        exports--;
      });
      ctx.attachment(`transactions-${new Date().toISOString().slice(0, 10)}.csv`);
      ctx.type = 'text/csv; charset=utf-8';
      ctx.body = csv;
    },
  };
}
