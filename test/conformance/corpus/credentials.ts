import { accepted, batch, type Case, json, ndjson, refused, row, rows } from '../case.ts';

const body = () => batch(row());
const withHeader = (value: string | string[]) => ({
  ...body(),
  key: null,
  headers: { Authorization: value },
});
const unauthenticated = { headers: { 'www-authenticate': 'Bearer realm="tallyflow"' } };

const noCredentials = [
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'Basic YTpi',
  'Token abc',
  'Bearer\tabc',
  'Bearer  ',
  'Bearer a b',
  'Bearer a,b',
  `Bearer ${'k'.repeat(512)}`,
  `Bearer ${'k'.repeat(513)}`,
  'Bearer abc, Bearer def',
  'Bearerabc',
  'bearer: abc',
];

export const credentials: Case[] = [
  accepted('a key with the scope', { ...body(), key: 'ingest' }),
  accepted('a key with all scopes', { ...body(), key: 'everything' }),
  accepted('the successor of a key', { ...body(), key: 'successor' }),
  refused('no key', { ...body(), key: null }, 'unauthenticated', [], unauthenticated),
  ...noCredentials.map((value) =>
    refused(
      `the credentials ${JSON.stringify(value.slice(0, 30))} of ${value.length} characters`,
      withHeader(value),
      'unauthenticated',
      [],
      unauthenticated,
    ),
  ),
  ...(['unknown', 'expired', 'revoked'] as const).map((key) =>
    refused(`a key that is ${key}`, { ...body(), key }, 'unauthenticated', [], unauthenticated),
  ),
  refused('a key that may only read', { ...body(), key: 'read' }, 'insufficient_scope'),
  refused('a key that may only administer', { ...body(), key: 'admin' }, 'insufficient_scope'),
  refused('no key, and a body that is no JSON', { body: '{', key: null }, 'unauthenticated'),
  refused(
    'no key, and a type that is not read',
    { body: 'x', type: 'text/plain', key: null },
    'unauthenticated',
  ),
  refused(
    'a key that may only read, and no JSON',
    { body: '{', key: 'read' },
    'insufficient_scope',
  ),
  accepted('a bound key for its accounts', {
    ...json({
      transactions: [
        ...rows(1, { account_id: 'east-1' }),
        ...rows(1, { account_id: 'east-' }),
        ...rows(1, { account_id: 'west-71' }),
        ...rows(1, { account_id: '😀1' }),
      ],
    }),
    key: 'bound',
  }),
  ...(
    [
      'East-1',
      'east',
      ' east-1',
      'west-6',
      '\ufeffeast-1',
      '😁1',
      'éast-',
      '\ud83d\ude01',
      '\u{10ffff}',
    ] as const
  ).map((account) =>
    refused(
      `a bound key for the account ${JSON.stringify(account)}`,
      { ...batch(row({ account_id: 'east-1' }), row({ account_id: account })), key: 'bound' },
      'account_not_allowed',
      ['/transactions/1/account_id'],
    ),
  ),
  ...(['a', 'ab', 'ac', 'b-c', '￿x', '😀'] as const).map((account) =>
    accepted(`a key bound to many for the account ${account}`, {
      ...batch(row({ account_id: account })),
      key: 'boundToMany',
    }),
  ),
  ...(['A', 'b', 'c', '😁', '\ufffe'] as const).map((account) =>
    refused(
      `a key bound to many for the account ${account}`,
      { ...batch(row({ account_id: account })), key: 'boundToMany' },
      'account_not_allowed',
      ['/transactions/0/account_id'],
    ),
  ),
  refused(
    'a bound key for lines of other accounts',
    {
      ...ndjson(
        row({ account_id: 'east-1' }),
        '',
        row({ account_id: 'w' }),
        row({ account_id: 'e' }),
      ),
      key: 'bound',
    },
    'account_not_allowed',
    ['/transactions/1/account_id@3', '/transactions/2/account_id@4'],
  ),
  refused(
    'a bound key for rows of other accounts, and bad ones, which are told first',
    { ...batch(row({ account_id: 'w' }), row({ account_id: 'w', amount: 'x' })), key: 'bound' },
    'invalid_request',
    ['/transactions/1/amount'],
  ),
  refused(
    'a bound key, and a wrong count of a stream, which is told first',
    { ...ndjson(row({ account_id: 'w' })), query: '?total_transactions=2', key: 'bound' },
    'invalid_request',
    ['/total_transactions'],
  ),
  refused(
    'a bound key for a hundred and one rows of another account',
    { ...json({ transactions: rows(101, { account_id: 'w' }) }), key: 'bound' },
    'account_not_allowed',
    Array.from({ length: 100 }, (_, index) => `/transactions/${index}/account_id`),
    { errorCount: 101 },
  ),
];
