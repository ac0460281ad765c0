import { Readable } from 'node:stream';
import type { Database } from '../../../db/database.ts';
import { exportTransactions } from '../../../db/export-transactions.ts';
import type { TransactionRow } from '../../../db/list-transactions.ts';
import type { TransactionQuery } from '../../../db/matching-transactions.ts';
import { ApiError } from '../../../domain/errors.ts';
import type { ApiContext } from '../../context.ts';
import { type CsvCell, csv, decimal } from '../csv.ts';
import { presentTransaction } from './presenter.ts';
import type { AdminTransactionBody } from './schema.ts';

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

/**
 * Answers with transactions as a CSV file (RFC 4180), row by row, until they end or the client leaves. Each
 * export holds a connection for as long as its client reads, so there are never more of them than connections.
 */
export function transactionExport(database: Database, maxConcurrentExports: number) {
  let exports = 0;

  async function* file(query: TransactionQuery): AsyncGenerator<string> {
    exports++;
    try {
      yield csv([columns]);
      for await (const rows of exportTransactions(database, query)) yield csv(rows.map(record));
    } finally {
      exports--;
    }
  }

  return {
    stream(ctx: ApiContext, query: TransactionQuery): void {
      if (exports >= maxConcurrentExports) {
        throw new ApiError('overloaded', `${maxConcurrentExports} exports are running already.`, {
          retryAfterSeconds: 5,
        });
      }
      ctx.attachment(`transactions-${new Date().toISOString().slice(0, 10)}.csv`);
      ctx.type = 'text/csv; charset=utf-8';
      // One part waits while another is sent. Koa destroys the stream when the client leaves.
      ctx.body = Readable.from(file(query), { objectMode: true, highWaterMark: 1 });
    },
  };
}

const record = (row: TransactionRow): CsvCell[] => {
  const body = presentTransaction(row);
  return columns.map((column) => (column === 'amount' ? decimal(body.amount) : body[column]));
};
