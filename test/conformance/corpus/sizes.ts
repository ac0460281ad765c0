import limits from '../../../contract/limits.json' with { type: 'json' };
import {
  accepted,
  batchText,
  type Case,
  json,
  ndjson,
  refused,
  row,
  rows,
  rowText,
} from '../case.ts';
import { mainLimits } from '../configurations.ts';

const { maxJsonDepth, maxRowBytes, maxScalarBytes } = limits.fixed;
const { MAX_BATCH_ROWS, MAX_BODY_BYTES } = mainLimits;

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

/** A row of exactly so many bytes. */
const rowOf = (bytes: number): string => {
  const empty = rowText('"extra":""');
  return empty.replace('"extra":""', `"extra":"${'x'.repeat(bytes - empty.length)}"`);
};

/** A body of exactly so many bytes. */
const bodyOf = (bytes: number): { body: string } => {
  const body = JSON.stringify({ transactions: rows(2) });
  return { body: body + ' '.repeat(bytes - body.length) };
};

const depths: [string, (depth: number) => string][] = [
  ['arrays', nested],
  ['objects', nestedObjects],
];

export const sizes: Case[] = [
  accepted(`${MAX_BATCH_ROWS} rows`, json({ transactions: rows(MAX_BATCH_ROWS) }), {
    batch: { transaction_count: MAX_BATCH_ROWS },
  }),
  refused(
    `${MAX_BATCH_ROWS + 1} rows`,
    json({ transactions: rows(MAX_BATCH_ROWS + 1) }),
    'payload_too_large',
    ['/transactions'],
  ),
  refused(
    `${MAX_BATCH_ROWS + 1} rows that are nothing`,
    { body: `{"transactions":[${'0,'.repeat(MAX_BATCH_ROWS)}0]}` },
    'payload_too_large',
    ['/transactions'],
  ),
  refused(
    'too many rows, and no JSON after them',
    { body: `{"transactions":[${'0,'.repeat(MAX_BATCH_ROWS)}0,x` },
    'payload_too_large',
    ['/transactions'],
  ),
  refused(
    'no JSON before there are too many rows',
    { body: `{"transactions":[x${',0'.repeat(MAX_BATCH_ROWS)}]}` },
    'malformed_json',
  ),
  accepted(`a body of ${MAX_BODY_BYTES} bytes`, bodyOf(MAX_BODY_BYTES)),
  refused(`a body of ${MAX_BODY_BYTES + 1} bytes`, bodyOf(MAX_BODY_BYTES + 1), 'payload_too_large'),
  accepted(`a body of ${MAX_BODY_BYTES} bytes without a length`, {
    ...bodyOf(MAX_BODY_BYTES),
    pieceBytes: 60_000,
  }),
  refused(
    `a body of ${MAX_BODY_BYTES + 1} bytes without a length`,
    { ...bodyOf(MAX_BODY_BYTES + 1), pieceBytes: 60_000 },
    'payload_too_large',
  ),
  ...depths.flatMap(([what, make]) => [
    accepted(
      `${what} ${maxJsonDepth} levels deep in a row`,
      batchText(rowText(`"extra":${make(maxJsonDepth - 3)}`)),
    ),
    refused(
      `${what} ${maxJsonDepth + 1} levels deep in a row`,
      batchText(rowText(`"extra":${make(maxJsonDepth - 2)}`)),
      'invalid_request',
    ),
    accepted(`${what} ${maxJsonDepth} levels deep beside the rows`, {
      body: `{"extra":${make(maxJsonDepth - 1)},"transactions":[${rowText('"x":1')}]}`,
    }),
    refused(
      `${what} ${maxJsonDepth + 1} levels deep beside the rows`,
      { body: `{"extra":${make(maxJsonDepth)},"transactions":[${rowText('"x":1')}]}` },
      'invalid_request',
    ),
    accepted(
      `${what} ${maxJsonDepth} levels deep in a line`,
      ndjson(rowText(`"extra":${make(maxJsonDepth - 1)}`)),
    ),
    refused(
      `${what} ${maxJsonDepth + 1} levels deep in a line`,
      ndjson(row(), rowText(`"extra":${make(maxJsonDepth)}`)),
      'invalid_request',
      ['/transactions/1@2'],
    ),
  ]),
  refused('brackets alone', { body: '['.repeat(100_000) }, 'invalid_request'),
  refused('braces alone', { body: '{"a":'.repeat(100_000) }, 'invalid_request'),
  accepted(
    'brackets in a text',
    batchText(rowText(`"extra":"${'['.repeat(100)}\\"${'{'.repeat(100)}"`)),
  ),
  accepted(
    'brackets in a text of a line',
    ndjson(rowText(`"extra":"${'['.repeat(100)}\\"${'{'.repeat(100)}"`)),
  ),
  accepted(`a row of ${maxRowBytes} bytes`, batchText(rowText('"x":1'), rowOf(maxRowBytes))),
  refused(
    `a row of ${maxRowBytes + 1} bytes`,
    batchText(rowText('"x":1'), rowOf(maxRowBytes + 1)),
    'payload_too_large',
    ['/transactions/1'],
  ),
  accepted(`a line of ${maxRowBytes} bytes`, ndjson(row(), rowOf(maxRowBytes))),
  refused(
    `a line of ${maxRowBytes + 1} bytes`,
    ndjson(row(), rowOf(maxRowBytes + 1)),
    'payload_too_large',
  ),
  refused(
    `a request id of ${maxScalarBytes} bytes`,
    {
      body: `{"request_id":"${'x'.repeat(maxScalarBytes - 2)}","transactions":[${rowText('"x":1')}]}`,
    },
    'invalid_request',
    ['/request_id'],
  ),
  refused(
    `a request id of ${maxScalarBytes + 1} bytes`,
    {
      body: `{"request_id":"${'x'.repeat(maxScalarBytes - 1)}","transactions":[${rowText('"x":1')}]}`,
    },
    'payload_too_large',
    ['/request_id'],
  ),
  accepted('anything of any size that nobody reads', {
    body: `{"${'k'.repeat(100_000)}":[1],"accounts":[{"a":"${'x'.repeat(300_000)}"}],"transactions":[${rowText('"x":1')}]}`,
  }),
  accepted('any white space before a row, and behind the last', {
    body: `{"transactions":[${' '.repeat(300_000)}${rowText('"x":1')},${' '.repeat(200_000)}${rowText('"x":1')} ]${' '.repeat(50_000)}}`,
  }),
  refused(
    'white space behind a row counts with it',
    {
      body: `{"transactions":[${rowText('"x":1')}${' '.repeat(maxRowBytes)},${rowText('"x":1')}]}`,
    },
    'payload_too_large',
    ['/transactions/0'],
  ),
];
