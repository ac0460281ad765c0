import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError, type FieldError } from '../../domain/errors.ts';
import { maxFieldErrors, maxJsonDepth } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import { isDeeperThan } from '../json-depth.ts';
import { fieldErrors, validate } from '../validate.ts';
import { readPlainRow } from './read-plain-row.ts';
import { batchSchema, transactionSchema } from './schema.ts';
import { splitLines } from './split-lines.ts';

/** Rows validated between two turns of the event loop: about 10 ms, so that other requests are not held up. */
const rowsPerTurn = 5_000;
/** Rows of a stream that are held in memory at once, and go into one COPY. */
const rowsPerPart = 10_000;

export interface ParsedBatch {
  requestId: string | null;
  transactions: NewTransaction[];
}

/** Reads a body that was JSON. Throws ApiError that names every bad row. */
export async function readJsonBatch(json: unknown, maxRows: number): Promise<ParsedBatch> {
  const body = validate(batchSchema, json, 'body');
  const rows = body.transactions;
  checkCount(rows.length, body.total_transactions ?? null, maxRows);
  const reader = new RowReader();
  const transactions: NewTransaction[] = [];
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % rowsPerTurn === 0) await nextTurn();
    const transaction = reader.read(row);
    if (transaction !== null) transactions.push(transaction);
  }
  reader.throwIfBad();
  return { requestId: body.request_id ?? null, transactions };
}

/**
 * Reads an NDJSON body, one transaction a line, in parts of bounded size. After the first bad row no
 * more parts come, but the rest is still checked, and the end throws an ApiError that names every bad row.
 */
export async function* readNdjsonParts(
  bytes: AsyncIterable<Buffer>,
  limits: { maxRows: number; maxLineBytes: number },
  expectedRows: number | null,
): AsyncGenerator<NewTransaction[]> {
  const reader = new RowReader();
  let part: NewTransaction[] = [];
  for await (const { text, line } of splitLines(bytes, limits.maxLineBytes)) {
    if (reader.count === limits.maxRows) throw tooManyRows(limits.maxRows);
    const transaction = reader.readLine(text, line);
    if (transaction === null || reader.isBad) continue;
    part.push(transaction);
    if (part.length < rowsPerPart) continue;
    yield part;
    part = [];
  }
  reader.throwIfBad();
  checkCount(reader.count, expectedRows, limits.maxRows);
  if (part.length > 0) yield part;
}

function checkCount(count: number, expected: number | null, maxRows: number): void {
  if (count > maxRows) throw tooManyRows(maxRows);
  const problems: FieldError[] = [];
  if (count === 0) problems.push({ pointer: '/transactions', detail: 'must not be empty' });
  if (expected !== null && expected !== count) {
    problems.push({
      pointer: '/total_transactions',
      detail: `is ${expected}, but ${count} transactions were sent`,
    });
  }
  if (problems.length > 0)
    throw new ApiError('invalid_request', 'The body is not valid.', { errors: problems });
}

function tooManyRows(maxRows: number): ApiError {
  return new ApiError('payload_too_large', `A batch must have at most ${maxRows} transactions.`, {
    errors: [{ pointer: '/transactions', detail: `must have at most ${maxRows} entries` }],
  });
}

/** Validates rows one after the other, and remembers the first errors and the count of all. */
class RowReader {
  count = 0;
  #errors: FieldError[] = [];
  #errorCount = 0;

  get isBad(): boolean {
    return this.#errorCount > 0;
  }

  read(row: unknown, line?: number): NewTransaction | null {
    const index = this.count++;
    const plain = readPlainRow(row);
    if (plain !== null) return plain;
    const result = transactionSchema.safeParse(row);
    if (result.success) return result.data;
    for (const error of fieldErrors(result.error, ['transactions', index])) this.#add(error, line);
    return null;
  }

  readLine(text: string, line: number): NewTransaction | null {
    if (isDeeperThan(text, maxJsonDepth)) {
      const detail = `must not nest deeper than ${maxJsonDepth} levels`;
      this.#add({ pointer: `/transactions/${this.count++}`, detail }, line);
      return null;
    }
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      this.#add({ pointer: `/transactions/${this.count++}`, detail: 'is not valid JSON' }, line);
      return null;
    }
    return this.read(row, line);
  }

  throwIfBad(): void {
    if (!this.isBad) return;
    throw new ApiError('invalid_request', 'Some transactions are not valid. Nothing was stored.', {
      errors: this.#errors,
      errorCount: this.#errorCount,
    });
  }

  #add(error: FieldError, line: number | undefined): void {
    this.#errorCount++;
    if (this.#errors.length < maxFieldErrors)
      this.#errors.push(line === undefined ? error : { ...error, line });
  }
}
