import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiError, type FieldError } from '../../domain/errors.ts';
import { maxFieldErrors, maxRowBytes } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import { fieldErrors } from '../../ingestion/field-errors.ts';
import { tooManyRows } from '../../ingestion/row-limits.ts';
import { transactionSchema } from '../../ingestion/transaction-schema.ts';
import { parseJson } from '../json/parse-json.ts';
import { validate } from '../validate.ts';
import { decodeUtf8 } from './read-body.ts';
import { type ParsedBatch, readJsonBatch } from './read-json-batch.ts';
import { batchSchema } from './schema.ts';

const maxRows = 5;

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (body: string | Buffer, size = 7) =>
  readJsonBatch(inChunks(Buffer.from(body as string), size), maxRows, []);

/** The rule as written: all of the body parsed and validated at once. */
function readAtOnce(bytes: Buffer): ParsedBatch {
  const body = validate(batchSchema, parseJson(decodeUtf8(bytes)), 'body');
  const count = body.transactions.length;
  if (count > maxRows) throw tooManyRows(maxRows);
  const problems: FieldError[] = [];
  if (count === 0) problems.push({ pointer: '/transactions', detail: 'must not be empty' });
  if (body.total_transactions != null && body.total_transactions !== count)
    problems.push({
      pointer: '/total_transactions',
      detail: `is ${body.total_transactions}, but ${count} transactions were sent`,
    });
  const transactions: NewTransaction[] = [];
  if (problems.length === 0)
    for (const [index, row] of body.transactions.entries()) {
      const { data, error } = transactionSchema.safeParse(row);
      if (error === undefined) transactions.push(data);
      else problems.push(...fieldErrors(error, ['transactions', index]));
    }
  if (problems.length > 0)
    throw new ApiError('invalid_request', '', {
      errors: problems.slice(0, maxFieldErrors),
      errorCount: problems.length,
    });
  return { requestId: body.request_id ?? null, transactions };
}

type Outcome = ParsedBatch | Pick<ApiError, 'code' | 'errors' | 'errorCount'>;

async function outcomeOf(work: () => ParsedBatch | Promise<ParsedBatch>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, errors, errorCount } = error;
    return { code, errors, errorCount };
  }
}

// Bodies are made as text, since objects cannot have the same key twice.

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t', '   ');
const oddText = fc.oneof(
  fc.constantFrom('a"b', '\\', '[{]},:', '\u0000', '\u2028', '😀', '\ud800', 'é', '\ufeff', '\\"'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const string = oddText.map((text) => JSON.stringify(text));
/** The key as it is, or with characters escaped. */
const keyOf = (key: string) =>
  fc
    .oneof(
      { weight: 5, arbitrary: fc.constant<number[]>([]) },
      { weight: 1, arbitrary: fc.array(fc.nat({ max: key.length - 1 })) },
    )
    .map((places) => {
      const escaped = [...key].map((letter, place) =>
        places.includes(place) ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
      );
      return `"${escaped.join('')}"`;
    });
const anyValue = fc.oneof(
  string,
  fc.constantFrom(
    'null',
    'true',
    '0',
    '-1.5e3',
    '1e999',
    '[]',
    '{}',
    '[[],{}]',
    '{"transactions":[1]}',
    '[{"transactions":[{}]}]',
  ),
  fc.json({ maxDepth: 3 }),
);
const spaced = (text: fc.Arbitrary<string>) =>
  fc.tuple(space, text, space).map((parts) => parts.join(''));
const member = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(spaced(key), spaced(value)).map(([key, value]) => `${key}:${value}`);
const objectOf = (members: fc.Arbitrary<string[]>) =>
  members.map((members) => `{${members.join(',')}}`);

const goodRow = fc.tuple(fc.nat({ max: 3 }), oddText).map(([id, text]) =>
  JSON.stringify({
    transaction_id: `t-${id}`,
    account_id: 'a',
    amount: '-1.5',
    currency: 'USD',
    date: '2026-01-31',
    merchant_name: text.toWellFormed().replaceAll('\0', ''),
    extra: [{ a: text }],
  }),
);
const row = fc.oneof(
  { weight: 12, arbitrary: goodRow },
  anyValue,
  objectOf(fc.array(member(string, anyValue), { maxLength: 2 })),
);
const rows = fc.array(spaced(row), { maxLength: maxRows + 1 });
const transactions = fc.oneof(
  { weight: 9, arbitrary: rows.map((rows) => `[${rows.join(',')}]`) },
  { weight: 1, arbitrary: anyValue },
);
const envelope = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: member(keyOf('transactions'), transactions) },
    { weight: 1, arbitrary: member(keyOf('request_id'), fc.oneof(string, anyValue)) },
    {
      weight: 1,
      arbitrary: member(
        keyOf('total_transactions'),
        fc.oneof(fc.nat({ max: 6 }).map(String), anyValue),
      ),
    },
    {
      weight: 1,
      arbitrary: member(fc.oneof(string, keyOf('accounts'), keyOf('__proto__')), anyValue),
    },
  ),
  { maxLength: 4 },
);
const body = fc.oneof(
  { weight: 9, arbitrary: spaced(objectOf(envelope)) },
  { weight: 1, arbitrary: spaced(anyValue) },
);
const piece = fc.constantFrom(
  ...'{}[],:"\\0e-',
  ' ',
  ',,',
  '{"a":1},',
  '\ufeff',
  '\u0001',
  'null',
  '"transactions":[],',
);
/** The body, or what is left of it when something is put in, left out or cut off. */
const brokenBody = fc
  .tuple(body, fc.nat(), fc.nat({ max: 2 }), fc.array(piece, { maxLength: 2 }), fc.boolean())
  .map(([text, place, left, put, isCut]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + put.join('') + (isCut ? '' : text.slice(at + left));
  });

const hasKeyTwice = /(?:transac|\\u00).*(?:transac|\\u00)/s;

describe('a JSON body', () => {
  it('gives what parsing all of it at once gives, whatever it is and wherever it is cut', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 2, arbitrary: body }, { weight: 1, arbitrary: brokenBody }),
        fc.integer({ min: 1, max: 40 }),
        async (text, size) => {
          const bytes = Buffer.from(text);
          const expected = await outcomeOf(() => readAtOnce(bytes));
          const found = await outcomeOf(() => read(bytes, size));
          if ('requestId' in expected) accepted++;
          // It stops at the row beyond the limit, whatever else is wrong, and whatever the same key has later.
          const isTooMany = 'code' in found && found.code === 'payload_too_large';
          if (isTooMany) expect('code' in expected || hasKeyTwice.test(text)).toBe(true);
          else expect(found).toEqual(expected);
        },
      ),
      { numRuns: 5_000 },
    );
    // Otherwise it would have compared refusals alone.
    expect(accepted).toBeGreaterThan(250);
  });

  const rowText = (id: number, extra = '') =>
    `{"transaction_id":"t-${id}","account_id":"a","amount":1,"currency":"USD","date":"2026-01-31"${extra}}`;
  const batchOf = (rows: string[], between = ',') => `{"transactions":[${rows.join(between)}]}`;

  it('keeps the order of more rows than are parsed at once, by count or by bytes', async () => {
    for (const extra of ['', `,"extra":"${'x'.repeat(60_000)}"`]) {
      const count = extra === '' ? 12_000 : 12;
      const body = Buffer.from(
        batchOf(Array.from({ length: count }, (_, id) => rowText(id, extra))),
      );
      const { transactions } = await readJsonBatch(inChunks(body, 10_000), count, []);
      expect(transactions.map((row) => row.transactionId)).toEqual(
        Array.from({ length: count }, (_, id) => `t-${id}`),
      );
    }
  });

  it('may have rows of 256 KiB, and not a byte more', async () => {
    const padded = (bytes: number) => {
      const empty = rowText(1, ',"extra":""');
      return rowText(1, `,"extra":"${'x'.repeat(bytes - empty.length)}"`);
    };
    for (const size of [1_000, 1_000_000]) {
      const body = (bytes: number) => batchOf([rowText(0), padded(bytes), rowText(2)]);
      expect((await read(body(maxRowBytes), size)).transactions).toHaveLength(3);
      await expect(read(body(maxRowBytes + 1), size)).rejects.toMatchObject({
        code: 'payload_too_large',
        errors: [{ pointer: '/transactions/1' }],
      });
    }
  });

  it('may have a request id and a count of 64 KiB, and not a byte more', async () => {
    const body = (bytes: number) => `{"request_id":"${'x'.repeat(bytes - 2)}","transactions":[]}`;
    await expect(read(body(65_536), 1_000)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/request_id', detail: 'must have at most 255 characters' }],
    });
    await expect(read(body(65_537), 1_000)).rejects.toMatchObject({
      code: 'payload_too_large',
      errors: [{ pointer: '/request_id' }],
    });
  });

  it('may have any white space between rows, and anything of any size that the API does not read', async () => {
    const { transactions } = await read(
      `{"${'k'.repeat(400_000)}":[1],"accounts":[{"a":"${'x'.repeat(400_000)}"}],` +
        `"transactions":[${' '.repeat(400_000)}${rowText(0)},${' '.repeat(400_000)}${rowText(1)}${' '.repeat(4_000)}]}`,
      1_000,
    );
    expect(transactions).toHaveLength(2);
  });

  it('is refused at the first byte that is beyond a limit, or no JSON, whatever comes after it', async () => {
    async function* endless(text: string): AsyncGenerator<Buffer> {
      yield Buffer.from('{"transactions":[');
      for (;;) yield Buffer.from(text);
    }
    const codeOf = (text: string) =>
      readJsonBatch(endless(text), 100, []).catch((error: ApiError) => error.code);
    expect(await codeOf('{},')).toBe('payload_too_large');
    expect(await codeOf('"a')).toBe('malformed_json');
    expect(await codeOf('[')).toBe('invalid_request');
    expect(await codeOf('1')).toBe('payload_too_large');
    expect(await codeOf('\xff')).toBe('malformed_json');
  });

  it('lets others have the event loop while it is read', async () => {
    const rows = Array.from({ length: 50_000 }, () => '{}');
    let turns = 0;
    const timer = setInterval(() => turns++);
    // In few chunks, so that it is not their coming that gives others a turn.
    const reading = readJsonBatch(inChunks(Buffer.from(batchOf(rows)), 1_000_000), 50_000, []);
    await expect(reading).rejects.toMatchObject({ errorCount: 50_000 * 5 });
    clearInterval(timer);
    // The work takes some 300 ms of a fast machine, in turns of 10.
    expect(turns).toBeGreaterThan(8);
  });
});
