import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../src/api/openapi.ts';
import { type MeasuredApi, type Measures, startMeasuredApi } from './measured-api.ts';

const mebibyte = 1024 * 1024;
/** How much longer than a legal body of 100,000 rows another body may hold up the process. */
const spareMs = 100;
/** Allows for garbage that is not collected yet. */
const sparePeak = 1.25;

const ingestPath = '/api/integrations/transactions';
const categoriesPath = '/api/admin/categories';
const key = randomBytes(32).toString('base64url');
let api: MeasuredApi;
let legal: Measures;

interface Form {
  body: Buffer | string;
  type?: 'application/json' | 'application/x-ndjson' | 'text/csv' | undefined;
  isGzip?: boolean;
  path?: string;
  status?: number;
}

async function send({ body, type = 'application/json', isGzip, path = ingestPath }: Form) {
  const response = await fetch(api.url + path, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': type,
      ...(isGzip && { 'Content-Encoding': 'gzip' }),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Repeats a text until it has this many bytes. */
const filled = (text: string, bytes = 64 * mebibyte - 1_000): Buffer => Buffer.alloc(bytes, text);
const around = (before: string, middle: Buffer, after: string): Buffer =>
  Buffer.concat([Buffer.from(before), middle, Buffer.from(after)]);
const inRows = (text: string) => around('{"transactions":[', filled(text), '{}]}');

const goodRow = (id: number | string, fields = '') =>
  `{"transaction_id":"f-${id}","account_id":"a","amount":"1","currency":"USD","date":"2026-01-31"${fields}}`;
const repeated = (count: number, row: (index: number) => string, between = ',') =>
  Array.from({ length: count }, (_, index) => row(index)).join(between);
/** Makes a body with as many rows and bytes as the limits allow, in texts that are stored. */
const largestLegalBody = (id: string) =>
  `{"transactions":[${repeated(100_000, (row) => goodRow(`${id}-${row}`, `,"description":"${'x'.repeat(540)}"`))}]}`;
/** A row with the longest errors in the most fields. */
const worstRow =
  '{"transaction_id":1,"account_id":"","amount":"x","currency":"u","iso_currency_code":"u","date":"x","merchant_name":1,"description":1,"name":1}';
const badRequest = 400;
const tooLarge = 413;

/** A path and a media type that the API reads, and whether the body is compressed. */
const readerOf = (path: string, type: string, isGzip = false) =>
  `${path} ${type}${isGzip ? ' gzip' : ''}`;

type NamedForm = [what: string, makeForm: () => Form, reader: string];

const formOf = (
  what: string,
  body: () => Buffer | string,
  { path = ingestPath, type = 'application/json', isGzip = false, ...rest }: Omit<Form, 'body'>,
): NamedForm => [
  what,
  () => ({ ...rest, path, type, isGzip, body: body() }),
  readerOf(path.replace(/\?.*/, ''), type, isGzip),
];

const largeJson = (what: string, body: () => Buffer | string, status: number) =>
  formOf(what, body, { status });
const ndjson = (what: string, body: () => Buffer | string, status: number) =>
  formOf(what, body, { status, type: 'application/x-ndjson' });
const gzipped = (what: string, type: Form['type'], body: () => Buffer) =>
  formOf(what, () => gzipSync(body()), { status: tooLarge, isGzip: true, type });

/** A body of an import of categories. */
const imported = (what: string, type: Form['type'], body: () => Buffer | string, status: number) =>
  formOf(what, body, { status, type, path: `${categoriesPath}/import?dry_run=true` });
const importBytes = 16 * mebibyte - 1_000;

const forms: NamedForm[] = [
  formOf('an admin request of nested objects', () => filled('{"a":', 64 * 1024 - 1_000), {
    status: badRequest,
    path: categoriesPath,
  }),
  gzipped('6 MiB of empty rows, compressed', 'application/json', () =>
    around('{"transactions":[', filled('{},', 6 * mebibyte), '{}]}'),
  ),
  gzipped('64 MiB of empty rows, compressed', 'application/json', () => inRows('{},')),
  gzipped('64 MiB of white space, compressed', 'application/json', () => filled(' ')),
  gzipped('64 MiB of newlines, compressed', 'application/x-ndjson', () => filled('\n')),
  largeJson('64 MiB of empty rows', () => inRows('{},'), tooLarge),
  largeJson('64 MiB of numbers', () => inRows('1,'), tooLarge),
  largeJson('64 MiB of brackets', () => filled('['), badRequest),
  largeJson('64 MiB of nested objects', () => filled('{"a":'), badRequest),
  largeJson(
    '64 MiB of shallow nests',
    () => inRows(`${'['.repeat(20)}${']'.repeat(20)},`),
    tooLarge,
  ),
  largeJson('64 MiB of quotes', () => filled('"'), badRequest),
  largeJson('64 MiB of digits', () => filled('1'), badRequest),
  largeJson('64 MiB of white space', () => filled(' '), badRequest),
  largeJson('64 MiB of lines', () => filled('\r\n'), badRequest),
  largeJson('64 MiB of backslashes in a string', () => around('"', filled('\\'), '"'), badRequest),
  largeJson('64 MiB of escapes in a string', () => around('"', filled('\\u00e9'), '"'), badRequest),
  largeJson(
    '64 MiB of characters of four bytes',
    () => around('"', filled('😀', 60 * mebibyte), '"'),
    badRequest,
  ),
  largeJson(
    'a row that is one string of 64 MiB',
    () => around('{"transactions":["', filled('x'), '"]}'),
    tooLarge,
  ),
  largeJson(
    'a merchant of 64 MiB',
    () => around('{"transactions":[{"merchant_name":"', filled('x'), '"}]}'),
    tooLarge,
  ),
  largeJson(
    'a key of 64 MiB',
    () => around('{"', filled('x'), '":1,"transactions":[]}'),
    badRequest,
  ),
  largeJson(
    'a request id of 64 MiB',
    () => around('{"request_id":"', filled('x'), '","transactions":[]}'),
    tooLarge,
  ),
  largeJson(
    'an amount of 64 MiB of digits',
    () => around('{"transactions":[{"amount":', filled('1'), '}]}'),
    tooLarge,
  ),
  largeJson(
    'a count of 64 MiB of digits',
    () => around('{"total_transactions":', filled('1'), ',"transactions":[]}'),
    tooLarge,
  ),
  largeJson(
    'rows with amounts of 250,000 digits',
    () =>
      `{"transactions":[${repeated(250, (id) => goodRow(id).replace('"1"', `"${'1'.repeat(250_000)}x"`))}]}`,
    badRequest,
  ),
  largeJson(
    'rows with numbers of 250,000 digits',
    () =>
      `{"transactions":[${repeated(250, (id) => goodRow(id).replace('"1"', '1'.repeat(250_000)))}]}`,
    badRequest,
  ),
  largeJson(
    'rows with texts of 250,000 characters',
    () =>
      `{"transactions":[${repeated(60, (id) => goodRow(id, `,"merchant_name":"${'é'.repeat(40_000)}","name":"${'😀'.repeat(40_000)}"`))}]}`,
    badRequest,
  ),
  largeJson(
    'amounts beyond any number',
    () => `{"transactions":[${repeated(100_000, (id) => goodRow(id).replace('"1"', '1e999'))}]}`,
    badRequest,
  ),
  largeJson(
    '64 MiB of accounts',
    () => around('{"accounts":[', filled('{},'), `{}],"transactions":[${goodRow('accounts')}]}`),
    202,
  ),
  largeJson(
    'millions of keys',
    () =>
      `{${repeated(4_000_000, (index) => `"k${index}":1`)},"transactions":[${goodRow('keys')}]}`,
    202,
  ),
  largeJson(
    'rows of thousands of keys',
    () =>
      `{"transactions":[${repeated(250, (row) => goodRow(`k-${row}`, `,${repeated(20_000, (index) => `"k${index}":1`)}`))}]}`,
    202,
  ),
  largeJson(
    'millions of lists of rows',
    () => around('{', filled('"transactions":[{}],'), '"transactions":[]}'),
    badRequest,
  ),
  largeJson(
    '100,000 rows with all that is wrong',
    () => `{"transactions":[${repeated(100_000, () => worstRow)}]}`,
    badRequest,
  ),
  largeJson(
    '100,000 empty rows',
    () => `{"transactions":[${repeated(100_000, () => '{}')}]}`,
    badRequest,
  ),
  largeJson(
    '64 MiB of rows with fields that nobody reads',
    () =>
      `{"transactions":[${repeated(100_000, (id) => goodRow(`x-${id}`, `,"extra":"${'x'.repeat(540)}"`))}]}`,
    202,
  ),
  largeJson(
    'trailing rows',
    () => around(`{"transactions":[${goodRow(1)}]}`, filled('{},'), ''),
    badRequest,
  ),
  ndjson('64 MiB of newlines', () => filled('\n'), tooLarge),
  ndjson('lines of white space', () => filled(`${' '.repeat(250_000)}\n`), badRequest),
  ndjson(
    'lines of 250,000 digits',
    () => filled(`${goodRow(1).replace('"1"', `"${'1'.repeat(250_000)}x"`)}\n`),
    badRequest,
  ),
  ndjson('lines of brackets', () => filled(`${'['.repeat(250_000)}\n`), badRequest),
  ndjson('lines of shallow nests', () => filled(`[${'[],'.repeat(80_000)}[]]\n`), badRequest),
  ndjson('lines of quotes', () => filled(`${'"\\'.repeat(120_000)}\n`), badRequest),
  ndjson('a line of 64 MiB', () => filled('x'), tooLarge),
  ndjson('300,000 empty rows', () => repeated(300_000, () => '{}', '\n'), badRequest),
  ndjson(
    '200,000 rows with all that is wrong',
    () => repeated(200_000, () => worstRow, '\n'),
    badRequest,
  ),
  imported(
    'an import of 16 MiB of empty categories',
    'application/json',
    () => around('{"categories":[', filled('{},', importBytes), '{}]}'),
    tooLarge,
  ),
  imported(
    'an import of 50,000 bad patterns',
    'application/json',
    () => `{"categories":[{"name":"x","patterns":[${repeated(50_000, () => '{"a":1}')}]}]}`,
    badRequest,
  ),
  imported(
    'an import of 50,000 long patterns',
    'application/json',
    () =>
      `{"categories":[{"name":"x","patterns":[${repeated(50_000, (id) => `"${'é'.repeat(130)}${id}"`)}]}]}`,
    200,
  ),
  imported(
    'an import of 16 MiB of commas',
    'text/csv',
    () => around('category,pattern\n', filled(',', importBytes), ''),
    badRequest,
  ),
  imported(
    'an import of 16 MiB of short lines',
    'text/csv',
    () => around('category,pattern\n', filled('a\n', importBytes), ''),
    tooLarge,
  ),
  imported(
    'an import of 16 MiB of newlines',
    'text/csv',
    () => around('category,pattern\n', filled('\n', importBytes), ''),
    200,
  ),
  imported(
    'an import of 16 MiB of quotes',
    'text/csv',
    () => around('category,pattern\n', filled('"', importBytes), ''),
    badRequest,
  ),
  imported(
    'an import of a cell of 16 MiB',
    'text/csv',
    () => around('category,pattern\n"', filled('\n', importBytes), '"'),
    badRequest,
  ),
  imported(
    'an import of 50,000 bad lines',
    'text/csv',
    () => `category,pattern\n${repeated(50_000, () => ',,z', '\n')}`,
    badRequest,
  ),
];

/**
 * Tests that no body of these forms holds the process up for longer, or takes more memory, than a legal body does. All
 * known forms are tried unless some are named.
 */
export function testBodyForms(named: string[] = forms.map(([what]) => what)): void {
  const tried = named.map((name) => forms.find(([what]) => what === name) ?? unknownForm(name));

  beforeAll(async () => {
    api = await startMeasuredApi({
      BOOTSTRAP_API_KEY: key,
      RATE_LIMIT_PER_MINUTE: '1000000',
    });
    await api.measure();
    const measures: Measures[] = [];
    // The first body finds code that is not compiled yet, and the second one finds the garbage of the first.
    for (const id of ['first', 'second']) {
      expect((await send({ body: largestLegalBody(id) })).status).toBe(202);
      measures.push(await api.measure());
    }
    legal = {
      heldUpMs: Math.max(...measures.map(({ heldUpMs }) => heldUpMs)),
      peakBytes: Math.max(...measures.map(({ peakBytes }) => peakBytes)),
    };
  }, 120_000);
  afterAll(async () => {
    await api?.stop();
  });

  test('each way to read a body that the API documents has a form', () => {
    const readers = new Set(tried.map(([, , reader]) => reader));
    expect(documentedReaders().filter((reader) => !readers.has(reader))).toEqual([]);
  });

  describe('the process is not held up, and takes no more memory,', () => {
    test.each(tried)('by %s', async (_, makeForm) => {
      const { status, ...form } = makeForm();
      const answer = await send(form);
      const { heldUpMs, peakBytes } = await api.measure();
      expect(answer.status).toBe(status);
      expect(heldUpMs).toBeLessThan(legal.heldUpMs + spareMs);
      expect(peakBytes).toBeLessThan(legal.peakBytes * sparePeak);
    });
  });
}

function documentedReaders(): string[] {
  return Object.entries(openApiDocument.paths ?? {}).flatMap(([documented, operations]) =>
    Object.values(operations as Record<string, { requestBody?: { content?: object } }>).flatMap(
      ({ requestBody }) =>
        Object.keys(requestBody?.content ?? {}).flatMap((type) => {
          const path = documented.replace(/\/$/, '');
          if (path === ingestPath) return [readerOf(path, type), readerOf(path, type, true)];
          // All other JSON of admins goes through one reader.
          const isShared = type === 'application/json' && path !== `${categoriesPath}/import`;
          return [readerOf(isShared ? categoriesPath : path, type)];
        }),
    ),
  );
}

function unknownForm(name: string): never {
  throw new Error(`There is no form "${name}".`);
}
