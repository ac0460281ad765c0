import { accepted, batchText, type Case, json, refused, row, rowText } from '../case.ts';

const text = () => rowText('"x":1');
const body = (value: string) => ({ body: value });
const withMembers = (members: string) => body(`{${members},"transactions":[${text()}]}`);

const notObjects = ['null', 'true', '0', '"text"', '[]', '[{}]', '[{"transactions":[]}]'];

const counts: [string, boolean][] = [
  ['1', true],
  ['1.0', true],
  ['1e0', true],
  ['10e-1', true],
  ['null', true],
  ['0', false],
  ['-0', false],
  ['2', false],
  ['1.5', false],
  ['-1', false],
  ['"1"', false],
  ['""', false],
  ['true', false],
  ['[1]', false],
  ['{}', false],
  ['1e400', false],
  ['9007199254740991', false],
  ['9007199254740992', false],
  ['1e30', false],
];

const requestIds: [string, string][] = [
  ['r-1', '"r-1"'],
  ['', '""'],
  [' ', '" "'],
  ['é😀\t"', '"é😀\\t\\""'],
  ['r'.repeat(255), `"${'r'.repeat(255)}"`],
  ['😀'.repeat(255), `"${'😀'.repeat(255)}"`],
];

export const envelopes: Case[] = [
  ...notObjects.map((value) =>
    refused(`a body that is ${value}`, body(value), 'invalid_request', ['']),
  ),
  refused('an empty object', json({}), 'invalid_request', ['/transactions']),
  refused('no rows', json({ transactions: [] }), 'invalid_request', ['/transactions']),
  refused(
    'rows with only white space between the brackets',
    body('{"transactions":[ \n ]}'),
    'invalid_request',
    ['/transactions'],
  ),
  ...['null', '{}', '""', '1', 'true', '"[]"'].map((value) =>
    refused(`rows that are ${value}`, body(`{"transactions":${value}}`), 'invalid_request', [
      '/transactions',
    ]),
  ),
  refused('rows that stand in data', json({ data: { transactions: [row()] } }), 'invalid_request', [
    '/transactions',
  ]),
  refused('rows under a name in capitals', json({ Transactions: [row()] }), 'invalid_request', [
    '/transactions',
  ]),
  refused(
    'rows under a name with a long s',
    json({ tran\u017factions: [row()] }),
    'invalid_request',
    ['/transactions'],
  ),
  ...counts.map(([count, isGood]) =>
    isGood
      ? accepted(`a count of ${count}`, withMembers(`"total_transactions":${count}`))
      : refused(
          `a count of ${count}`,
          withMembers(`"total_transactions":${count}`),
          'invalid_request',
          ['/total_transactions'],
        ),
  ),
  refused(
    'a wrong count and no rows',
    json({ total_transactions: 1, transactions: [] }),
    'invalid_request',
    ['/transactions', '/total_transactions'],
  ),
  refused(
    'a wrong count beside a bad row, of which the count is told first',
    json({ total_transactions: 3, transactions: [row({ amount: 'x' })] }),
    'invalid_request',
    ['/total_transactions'],
  ),
  refused(
    'all of the envelope',
    json({ request_id: 1, total_transactions: 'x', transactions: {} }),
    'invalid_request',
    ['/request_id', '/total_transactions', '/transactions'],
  ),
  ...requestIds.map(([id, escaped]) =>
    accepted(
      `the request id ${escaped.slice(0, 20)} of ${[...id].length} characters`,
      withMembers(`"request_id":${escaped}`),
      { batch: { request_id: id } },
    ),
  ),
  accepted('a request id that is null', withMembers('"request_id":null'), {
    batch: { request_id: null },
  }),
  ...[
    '1',
    'true',
    '[]',
    '{}',
    `"${'r'.repeat(256)}"`,
    `"${'😀'.repeat(256)}"`,
    '"a\\u0000"',
    '"\\ud800"',
  ].map((id) =>
    refused(
      `the request id ${id.slice(0, 20)}`,
      withMembers(`"request_id":${id}`),
      'invalid_request',
      ['/request_id'],
    ),
  ),
  accepted(
    'the last of several request ids counts',
    withMembers('"request_id":1,"request_id":"last"'),
    {
      batch: { request_id: 'last' },
    },
  ),
  accepted(
    'the last of several lists of rows counts',
    body(`{"transactions":[null,{}],"transactions":[${text()}]}`),
    { batch: { transaction_count: 1 } },
  ),
  accepted(
    'the last of several lists of rows counts, whatever the first is',
    body(`{"transactions":"x","transactions":[${text()}]}`),
  ),
  refused(
    'the last of several lists of rows counts, also where it is none',
    body(`{"transactions":[${text()}],"transactions":null}`),
    'invalid_request',
    ['/transactions'],
  ),
  refused(
    'the last of several lists of rows counts, also where it is empty',
    body(`{"transactions":[${text()}],"transactions":[]}`),
    'invalid_request',
    ['/transactions'],
  ),
  accepted('names with escapes', body(`{"\\u0074ransaction\\u0073":[${text()}]}`)),
  accepted(
    'anything beside the rows, in any order',
    body(
      `{"a":[{}],"transactions":[${text()}],"b":{"transactions":[1]},"__proto__":{"transactions":[1]}}`,
    ),
  ),
  accepted(
    'white space wherever JSON has it',
    body(` \t\r\n{ "transactions" : [ ${text()} , ${text()} ] } \n`),
  ),
  accepted('JSON without white space', batchText(text(), text())),
];
