import { isUtf8 } from 'node:buffer';
import { ApiError } from '../../domain/errors.ts';
import { EventLoopTurns } from '../../domain/event-loop-turns.ts';
import { maxJsonDepth } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import { fieldErrors } from '../../ingestion/field-errors.ts';
import { isDeeperThan } from '../../ingestion/json-depth.ts';
import { RowValidator } from '../../ingestion/row-validator.ts';
import { RecordError } from './record-error.ts';
import {
  batchRecordSchema,
  largeBatchRecordSchema,
  type PartsRange,
  partRecordSchema,
  requestIdOnly,
} from './record-schema.ts';

/** A batch as its record says it. */
export type BatchContent =
  | { requestId: string | null; transactions: NewTransaction[] }
  | { requestId: string | null; parts: PartsRange; transactionCount: number };

export interface ReadRecordOptions {
  maxRows: number;
  /** Of the API key, as sortPrefixes() orders them. */
  accountPrefixes: readonly string[];
  /** Whether its rows may be in other records. Only the gateway writes such records. */
  mayHaveParts: boolean;
}

/** Bad rows that a failure names. The others are not looked for: wording what is wrong takes far longer than a good row. */
const maxNamedErrors = 5;

/** Reads and checks the value of a record. Throws RecordError, which names what is wrong. */
export async function readRecord(
  value: Buffer | null,
  { maxRows, accountPrefixes, mayHaveParts }: ReadRecordOptions,
): Promise<BatchContent> {
  const json = parseValue(value);
  if (mayHaveParts && isObject(json) && 'parts' in json) {
    const { request_id, parts, transaction_count } = check(largeBatchRecordSchema, json);
    if (transaction_count > maxRows) throw tooManyRows(maxRows);
    return { requestId: request_id ?? null, parts, transactionCount: transaction_count };
  }
  const { request_id, transactions } = check(batchRecordSchema, json);
  if (transactions.length === 0) throw invalid('/transactions must not be empty');
  if (transactions.length > maxRows) throw tooManyRows(maxRows);
  const validator = new RowValidator(accountPrefixes);
  return {
    requestId: request_id ?? null,
    transactions: await checkRows(validator, transactions),
  };
}

/** The request id of a record, by which its sender finds the batch, whatever else is wrong. Null where it can't be read. */
export function readRequestId(value: Buffer | null): string | null {
  try {
    return requestIdOnly.parse(parseValue(value)).request_id ?? null;
  } catch {
    return null;
  }
}

/** Reads the rows of a part; null where it is one of those before. Throws RecordError. The validator counts the rows of all parts. */
export async function readPart(
  value: Buffer | null,
  part: number,
  validator: RowValidator,
): Promise<NewTransaction[] | null> {
  const read = check(partRecordSchema, parseValue(value));
  if (read.part < part) return null;
  if (read.part !== part)
    throw new RecordError('parts_missing', `Part ${part} of its rows is part ${read.part}.`);
  return checkRows(validator, read.transactions);
}

function parseValue(value: Buffer | null): unknown {
  if (value === null) throw invalid('it has no value');
  if (!isUtf8(value)) throw invalid('its value is not UTF-8');
  const text = value.toString('utf8');
  if (isDeeperThan(text, maxJsonDepth))
    throw invalid(`its value nests deeper than ${maxJsonDepth} levels`);
  try {
    return JSON.parse(text);
  } catch {
    // The message of the error quotes the value.
    throw invalid('its value is not valid JSON');
  }
}

async function checkRows(
  validator: RowValidator,
  rows: readonly unknown[],
): Promise<NewTransaction[]> {
  const transactions: NewTransaction[] = [];
  const turns = new EventLoopTurns();
  let badRows = 0;
  for (const row of rows) {
    const transaction = validator.validate(row);
    if (transaction !== null) transactions.push(transaction);
    else if (++badRows === maxNamedErrors) break;
    if (turns.isOver) await turns.next();
  }
  try {
    validator.throwIfInvalid();
    validator.throwIfNotAllowed();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = error.code === 'account_not_allowed' ? 'account_not_allowed' : 'invalid_record';
    throw new RecordError(reason, describe(error.errors, error.errorCount));
  }
  return transactions;
}

function check<Schema extends Parameters<typeof parse>[0]>(schema: Schema, value: unknown) {
  return parse(schema, value) as import('zod').output<Schema>;
}

function parse(schema: import('zod').ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error);
  throw new RecordError('invalid_record', describe(errors, errors.length));
}

/** Pointers and rules. They hold nothing of the record: the names of unknown fields, which it chose, are left out. */
function describe(errors: readonly { pointer: string; detail: string }[], count: number): string {
  const named = errors
    .slice(0, maxNamedErrors)
    .map(({ pointer, detail }) =>
      detail === 'is not a known field'
        ? 'A field is not known'
        : `${pointer || 'The value'} ${detail}`,
    );
  const more = count - named.length;
  return `${named.join('. ')}${more > 0 ? `, and ${more} more` : ''}.`;
}

const invalid = (what: string): RecordError =>
  new RecordError('invalid_record', `The record is not valid: ${what}.`);

const tooManyRows = (maxRows: number): RecordError =>
  invalid(`it must have at most ${maxRows} transactions`);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
