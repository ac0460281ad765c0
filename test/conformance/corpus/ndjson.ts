import limits from '../../../contract/limits.json' with { type: 'json' };
import { accepted, type Case, ndjson, ndjsonType, refused, row, rows, rowText } from '../case.ts';
import { mainLimits } from '../configurations.ts';

const { maxSpareBlankLines } = limits.fixed;
const { MAX_STREAM_ROWS, MAX_STREAM_BYTES } = mainLimits;

const line = () => JSON.stringify(row());
const stream = (body: string | Buffer, query = '') => ({ type: ndjsonType, body, query });
const lines = (count: number) =>
  rows(count)
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('');

/** Queries of a stream of one row, and whether they are good. */
const queries: [string, boolean][] = [
  ['?', true],
  ['?total_transactions=1', true],
  ['?total_transactions=1.0', true],
  ['?total_transactions=1e0', true],
  ['?total_transactions=%201%20', true],
  ['?total_transactions=+1', true],
  ['?total_transactions=%2b1', true],
  ['?total_transactions=01', true],
  ['?total_transactions=0x1', true],
  ['?total_transactions=2', false],
  ['?total_transactions=0', false],
  ['?total_transactions=', false],
  ['?total_transactions', false],
  ['?total_transactions=x', false],
  ['?total_transactions=1x', false],
  ['?total_transactions=1.5', false],
  ['?total_transactions=-1', false],
  ['?total_transactions=1,0', false],
  ['?total_transactions=NaN', false],
  ['?total_transactions=Infinity', false],
  ['?total_transactions=1e400', false],
  ['?total_transactions=null', false],
  ['?total_transactions=1&total_transactions=1', false],
  ['?Total_Transactions=7', true],
  ['?unknown=7&unknown=8', true],
];

/** Queries with a request id, and what it is. */
const requestIds: [string, string | null][] = [
  ['?request_id=nightly', 'nightly'],
  ['?request_id=', ''],
  ['?request_id', ''],
  ['?request_id=a+b%20c', 'a b c'],
  ['?request_id=%2B', '+'],
  ['?request_id=%F0%9F%98%80', '😀'],
  ['?request_id=a%26b%3Dc', 'a&b=c'],
  ['?request_id=a=b', 'a=b'],
  ['?request_id=a;b', 'a;b'],
  ['?request_id=100%', '100%'],
  ['?request_id=%zz', '%zz'],
  ['?request_id=%ff', '\ufffd'],
  ['?request%5Fid=x', 'x'],
  ['?&&request_id=x&', 'x'],
  ['?REQUEST_ID=x', null],
  [`?request_id=${'r'.repeat(255)}`, 'r'.repeat(255)],
];

const notRows = ['null', 'true', '0', '"row"'];
const notJson = [
  '{broken',
  '{}{}',
  '{} x',
  'x',
  "{'a':1}",
  '{"a":1,}',
  '{"a":NaN}',
  '{"a":01}',
  '{"a":"\t"}',
  '{"a":"\\x"}',
  '\u00a0{}',
  '{}\u00a0',
  '\ufeff\ufeff{}',
  '{}\u0000',
  '\u0085',
  '\u200b',
  '[',
];

/** Lines that hold nothing to read. */
const blankLines = ['', ' ', '\t', '\r', '\f\v', '\u00a0', '\ufeff', '\u2028\u3000', ' \r'];

export const streams: Case[] = [
  accepted('a row', stream(`${line()}\n`), { batch: { transaction_count: 1 } }),
  accepted('a last line without an end', stream(`${line()}\n${line()}`), {
    batch: { transaction_count: 2 },
  }),
  accepted('lines that end as on Windows', stream(`${line()}\r\n${line()}\r\n`), {
    batch: { transaction_count: 2 },
  }),
  accepted('white space around rows', stream(` \t${line()} \t\n`)),
  accepted('a byte order mark before each line', stream(`\ufeff${line()}\n\ufeff${line()}\n`), {
    batch: { transaction_count: 2 },
  }),
  ...blankLines.map((blank) =>
    accepted(
      `a line that is ${JSON.stringify(blank)}`,
      stream(`${blank}\n${line()}\n${blank}\n${line()}\n${blank}`),
      { batch: { transaction_count: 2 } },
    ),
  ),
  refused('carriage returns between rows', stream(`${line()}\r${line()}\r`), 'invalid_request', [
    '/transactions/0@1',
  ]),
  refused('an array', stream(`[${line()},\n${line()}]`), 'invalid_request', [
    '/transactions/0@1',
    '/transactions/1@2',
  ]),
  refused('a body of JSON', stream(`{"transactions":[${line()}]}`), 'invalid_request', [
    '/transactions/0/transaction_id@1',
    '/transactions/0/account_id@1',
    '/transactions/0/amount@1',
    '/transactions/0/date@1',
    '/transactions/0/currency@1',
  ]),
  ...['', '\n', '\n \n', '\ufeff'].map((body) =>
    refused(`a stream that is ${JSON.stringify(body)}`, stream(body), 'invalid_request', [
      '/transactions',
    ]),
  ),
  ...notRows.map((text) =>
    refused(`a line that is ${text}`, ndjson(row(), text), 'invalid_request', [
      '/transactions/1@2',
    ]),
  ),
  ...notJson.map((text) =>
    refused(`a line that is ${JSON.stringify(text)}`, ndjson(row(), text), 'invalid_request', [
      '/transactions/1@2',
    ]),
  ),
  refused(
    'bad lines between good and blank ones',
    stream(
      `\n${line()}\n\n${rowText('"date":"x"')}\n{broken\n\r\n${rowText('"amount":1e-9,"name":7')}`,
    ),
    'invalid_request',
    [
      '/transactions/1/date@4',
      '/transactions/2@5',
      '/transactions/3/amount@7',
      '/transactions/3/name@7',
    ],
  ),
  refused(
    'a hundred and one bad lines',
    stream('{broken\n'.repeat(101)),
    'invalid_request',
    Array.from({ length: 100 }, (_, index) => `/transactions/${index}@${index + 1}`),
    { errorCount: 101 },
  ),
  refused(
    'a wrong count beside a bad line, of which the line is told first',
    stream('{broken\n', '?total_transactions=3'),
    'invalid_request',
    ['/transactions/0@1'],
  ),
  ...[[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]].map((bytes) =>
    refused(
      `the bytes ${Buffer.from(bytes).toString('hex')} in a line`,
      stream(
        Buffer.concat([Buffer.from(`${line()}\n{"a":"`), Buffer.from(bytes), Buffer.from('"}\n')]),
      ),
      'invalid_encoding',
    ),
  ),
  refused(
    'a character that a line feed cuts',
    stream(
      Buffer.concat([
        Buffer.from('{"a":"'),
        Buffer.from([0xe2, 0x0a, 0x82, 0xac]),
        Buffer.from('"}'),
      ]),
    ),
    'invalid_encoding',
  ),
  ...queries.map(([query, isGood]) =>
    isGood
      ? accepted(`the query ${query}`, stream(line(), query))
      : refused(`the query ${query}`, stream(line(), query), 'invalid_request', [
          '/total_transactions',
        ]),
  ),
  ...requestIds.map(([query, id]) =>
    accepted(`the query ${query.slice(0, 40)}`, stream(line(), query), {
      batch: { request_id: id },
    }),
  ),
  ...[`?request_id=${'r'.repeat(256)}`, '?request_id=a%00', '?request_id=a&request_id=b'].map(
    (query) =>
      refused(`the query ${query.slice(0, 40)}`, stream(line(), query), 'invalid_request', [
        '/request_id',
      ]),
  ),
  refused(
    'all of the query',
    stream(line(), '?total_transactions=x&request_id=%00'),
    'invalid_request',
    ['/request_id', '/total_transactions'],
  ),
  accepted(
    `${MAX_STREAM_ROWS} rows, which are more than one record of Kafka`,
    stream(
      `\n${lines(MAX_STREAM_ROWS)}\r\n`,
      `?request_id=nightly&total_transactions=${MAX_STREAM_ROWS}`,
    ),
    { batch: { transaction_count: MAX_STREAM_ROWS, request_id: 'nightly' } },
  ),
  refused(`${MAX_STREAM_ROWS + 1} rows`, stream(lines(MAX_STREAM_ROWS + 1)), 'payload_too_large', [
    '/transactions',
  ]),
  refused(
    'many rows of which the last are bad',
    stream(`${lines(11_000)}\n${rowText('"date":"x"')}\n{broken\n`),
    'invalid_request',
    ['/transactions/11000/date@11002', '/transactions/11001@11003'],
  ),
  refused(
    'more bytes than a stream may have',
    stream(
      `${line()}\n`
        .padEnd(200_000)
        .concat('\n')
        .repeat(20)
        .slice(0, MAX_STREAM_BYTES + 1),
    ),
    'payload_too_large',
  ),
  accepted(
    `${maxSpareBlankLines} blank lines more than rows`,
    stream(`${line()}\n${'\n'.repeat(maxSpareBlankLines)}`),
  ),
  refused('too many blank lines', stream('\n'.repeat(2 * maxSpareBlankLines)), 'payload_too_large'),
  accepted(
    'a stream in small pieces',
    { ...stream(`${line()}\n${rowText('"name":"é家😀"')}`), pieceBytes: 7 },
    {
      stored: [{}, { description: 'é家😀' }],
    },
  ),
  accepted(
    'fields that stand twice, and names that are nearly those of fields',
    ndjson(rowText('"amount":"x","amount":"1.50","Amount":"7","DATE":1')),
    { stored: [{ amount: '1.5000' }] },
  ),
];
