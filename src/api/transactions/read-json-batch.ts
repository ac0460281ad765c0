import { EventLoopTurns } from '../../domain/event-loop-turns.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import { checkRowCount } from '../../ingestion/row-limits.ts';
import { RowValidator } from '../../ingestion/row-validator.ts';
import { validate } from '../validate.ts';
import { scanJsonBatch } from './scan-json-batch.ts';
import { batchSchema } from './schema.ts';

export interface ParsedBatch {
  requestId: string | null;
  /** The rows in the order of the body. */
  transactions: NewTransaction[];
}

/**
 * Reads the rows of a JSON body. They are counted before any is parsed, and parsed a group at a time. Throws
 * ApiError that names every invalid row, or every row of an account that the key may not use.
 */
export async function readJsonBatch(
  bytes: AsyncIterable<Buffer>,
  maxRows: number,
  accountPrefixes: readonly string[],
): Promise<ParsedBatch> {
  const { envelope, rowCount, groups } = await scanJsonBatch(bytes, maxRows);
  const body = validate(batchSchema, envelope, 'body');
  checkRowCount(rowCount, body.total_transactions ?? null);
  const validator = new RowValidator(accountPrefixes);
  const transactions: NewTransaction[] = [];
  const turns = new EventLoopTurns();
  // Each group is released once it is read, so that memory never holds a row and its bytes.
  groups.reverse();
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    for (const row of JSON.parse(group.toString()) as unknown[]) {
      const transaction = validator.validate(row);
      if (transaction !== null) transactions.push(transaction);
      if (turns.isOver) await turns.next();
    }
  }
  validator.throwIfInvalid();
  validator.throwIfNotAllowed();
  return { requestId: body.request_id ?? null, transactions };
}
