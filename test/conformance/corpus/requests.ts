import {
  accepted,
  batch,
  type Case,
  ingestPath,
  json,
  ndjson,
  ndjsonType,
  type Request,
  refused,
  row,
} from '../case.ts';

const body = (): Request => batch(row());

const goodTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'APPLICATION/JSON',
  'application/json; charset=latin1',
  'application/json ; version=1',
  ' application/json',
];

const badTypes = [
  null,
  '',
  'text/plain',
  'text/json',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/jsonp',
  'application/json-patch+json',
  'application/vnd.api+json',
  'application/problem+json',
  'application/ndjson',
  'application/jsonl',
  'application/*',
  '*/*',
  'json',
  'application/',
  'application/json, application/json',
];

const methods = ['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

const goodRequestIds = [
  'abc-1',
  'Q',
  'a.b:c/d+e=f@g_h',
  '0'.repeat(128),
  '550e8400-e29b-41d4-a716-446655440000',
];
const badRequestIds = [
  '',
  'a b',
  'a"c',
  "a'b",
  '{}',
  'a,b',
  'é',
  '0'.repeat(129),
  '<x>',
  'a\tb',
  'a;b',
];

export const requests: Case[] = [
  accepted('the answer', json({ request_id: 'r-1', transactions: [row()] }), {
    headers: {
      location:
        /^\/api\/integrations\/batches\/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/,
      'idempotency-replayed': null,
      server: null,
      'x-powered-by': null,
      'retry-after': null,
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': null,
      'ratelimit-policy':
        /^"per-key";q=60000;w=60, "per-key-rows";q=10000000;w=60;qu="rows", "per-key-bytes";q=4294967296;w=60;qu="content-bytes"$/,
      ratelimit: /^"per-key";r=\d+;t=\d+, "per-key-rows";r=\d+;t=\d+, "per-key-bytes";r=\d+;t=\d+$/,
    },
  }),
  accepted('a slash at the end', { ...body(), path: `${ingestPath}/` }),
  accepted('a path in capitals', { ...body(), path: ingestPath.toUpperCase() }),
  accepted('a query that JSON does not read', {
    ...body(),
    query: '?total_transactions=7&request_id=%00',
  }),
  ...goodTypes.map((type) => accepted(`the type ${JSON.stringify(type)}`, { ...body(), type })),
  accepted('NDJSON with parameters', { ...ndjson(row()), type: `${ndjsonType}; charset=utf-8` }),
  accepted('NDJSON in capitals', { ...ndjson(row()), type: ndjsonType.toUpperCase() }),
  ...badTypes.map((type) =>
    refused(`the type ${JSON.stringify(type)}`, { ...body(), type }, 'unsupported_media_type'),
  ),
  refused(
    'a type that is not read, before an encoding that is not',
    {
      ...body(),
      type: 'text/plain',
      headers: { 'Content-Encoding': 'br' },
    },
    'unsupported_media_type',
  ),
  refused('JSON without a body', { type: 'application/json' }, 'unsupported_media_type'),
  refused('JSON of no bytes', { body: '' }, 'malformed_json'),
  refused('NDJSON without a body', { type: ndjsonType }, 'unsupported_media_type'),
  ...methods.map((method) =>
    refused(`the method ${method}`, { method }, 'method_not_allowed', [], {
      headers: { allow: 'POST' },
    }),
  ),
  refused('another method without a key', { method: 'GET', key: null }, 'method_not_allowed', [], {
    headers: { allow: 'POST' },
  }),
  refused(
    'another method with a slash at the end',
    { method: 'PUT', path: `${ingestPath}/` },
    'method_not_allowed',
  ),
  {
    name: 'HEAD',
    steps: [{ request: { method: 'HEAD' }, expected: { status: 405, headers: { allow: 'POST' } } }],
  },
  {
    name: 'OPTIONS',
    steps: [
      {
        request: { method: 'OPTIONS', key: null },
        expected: { status: 200, headers: { allow: 'POST' } },
      },
    ],
  },
  ...[
    '/',
    '/unknown',
    '/api',
    '/api/integrations',
    '/api/integrations/transaction',
    `${ingestPath}//`,
    `${ingestPath}/x`,
    `/${ingestPath}`,
    '/api//integrations/transactions',
    '/api/integrations/transaction%73',
    '/api/integrations%2ftransactions',
    '/api/integrations/./transactions/x',
    `${ingestPath}%00`,
    `${ingestPath};x`,
    `${ingestPath}.json`,
  ].map((path) => refused(`the path ${path}`, { ...body(), path }, 'not_found')),
  ...goodRequestIds.map((id) =>
    accepted(
      `the request id ${id.slice(0, 40)} of the client`,
      { ...body(), headers: { 'X-Request-Id': id } },
      {
        headers: { 'x-request-id': id },
      },
    ),
  ),
  ...badRequestIds.map((id) =>
    accepted(
      `the request id ${JSON.stringify(id.slice(0, 40))} is not taken`,
      { ...body(), headers: { 'X-Request-Id': id } },
      {
        headers: { 'x-request-id': /^[0-9a-f-]{36}$/ },
      },
    ),
  ),
  refused(
    'a request id of the client with an error',
    { body: '{', headers: { 'X-Request-Id': 'abc-1' } },
    'malformed_json',
    [],
    {
      headers: { 'x-request-id': 'abc-1', 'content-type': /^application\/problem\+json/ },
    },
  ),
  accepted('Expect: 100-continue', { ...body(), headers: { Expect: '100-continue' } }),
  accepted(
    'whatever the client accepts',
    {
      ...body(),
      headers: {
        Accept: 'text/html',
        'Accept-Encoding': 'gzip, br',
        Origin: 'https://evil.example',
      },
    },
    {
      headers: { 'content-encoding': null, 'access-control-allow-origin': null },
    },
  ),
  accepted('a header that names another method', {
    ...body(),
    headers: { 'X-HTTP-Method-Override': 'GET' },
  }),
];
