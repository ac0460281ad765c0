import type { Database } from '../../../db/connection/database.ts';
import type { TransactionQuery } from '../../../db/search/matching-transactions.ts';
import { exportTransactions } from '../../../db/transactions/export-transactions.ts';
import type { TransactionRow } from '../../../db/transactions/list-transactions.ts';
import { type CsvCell, csv, decimal } from '../csv.ts';
import type { ExportPart } from '../exports/export-files.ts';
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
  'category_confidence',
  'needs_review',
  'matched_pattern',
  'matched_field',
  'batch_id',
] as const satisfies (keyof AdminTransactionBody)[];

/** Transactions as a CSV file (RFC 4180), in pieces that limit the memory. */
export async function* transactionsCsv(
  database: Database,
  query: TransactionQuery,
  timeoutMs: number,
): AsyncGenerator<ExportPart> {
  yield { text: csv([columns]), rows: 0 };
  for await (const rows of exportTransactions(database, query, timeoutMs))
    yield { text: csv(rows.map(record)), rows: rows.length };
}

const record = (row: TransactionRow): CsvCell[] => {
  const body = presentTransaction(row);
  return columns.map((column) => (column === 'amount' ? decimal(body.amount) : body[column]));
};
