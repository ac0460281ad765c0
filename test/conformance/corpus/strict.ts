import { batch, type Case, json, ndjson, type Request, row, rows, type Step } from '../case.ts';

const isAccepted = (request: Request): Step => ({ request, expected: { status: 202 } });
const isLimited = (request: Request, policy: RegExp): Step => ({
  request,
  expected: {
    status: 429,
    code: 'rate_limited',
    headers: { 'retry-after': /^[1-9]\d?$/, 'ratelimit-policy': policy, ratelimit: /./ },
  },
});
const of = (key: Request['key'], request: Request): Request => ({ ...request, key });

/** What a few requests of one client reach. Each key stands in one case alone. */
export const strictCases: Case[] = [
  {
    name: 'requests a minute',
    steps: [
      isAccepted(of('busy', batch(row()))),
      { request: of('busy', { body: '{' }), expected: { status: 400 } },
      { request: of('busy', { body: 'x', type: 'text/plain' }), expected: { status: 415 } },
      isAccepted(of('busy', batch(row()))),
      isLimited(of('busy', batch(row())), /^"per-key";q=4;w=60/),
      isLimited(of('busy', { body: '{' }), /^"per-key";q=4;w=60/),
    ],
  },
  {
    name: 'rows a minute',
    steps: [
      isAccepted(of('rowsAMinute', json({ transactions: rows(4) }))),
      isAccepted(of('rowsAMinute', ndjson(...rows(4)))),
      isLimited(
        of('rowsAMinute', json({ transactions: rows(1) })),
        /"per-key-rows";q=8;w=60;qu="rows"/,
      ),
    ],
  },
  {
    name: 'bytes a minute',
    steps: [
      isAccepted(
        of('bytesAMinute', { body: JSON.stringify({ transactions: rows(1) }).padEnd(2_000) }),
      ),
      isAccepted(
        of('bytesAMinute', { body: JSON.stringify({ transactions: rows(1) }).padEnd(1_000) }),
      ),
      isLimited(
        of('bytesAMinute', { body: JSON.stringify({ transactions: rows(1) }) }),
        /"per-key-bytes";q=3000;w=60;qu="content-bytes"/,
      ),
    ],
  },
  {
    name: 'requests a minute without good credentials',
    steps: [
      {
        request: of('unknown', batch(row())),
        expected: { status: 401, headers: { 'ratelimit-policy': '"per-address";q=3;w=60' } },
      },
      { request: of(null, batch(row())), expected: { status: 401 } },
      { request: of('expired', batch(row())), expected: { status: 401 } },
      isLimited(of('unknown', batch(row())), /^"per-address";q=3;w=60$/),
      isLimited(of(null, batch(row())), /^"per-address";q=3;w=60$/),
    ],
  },
];
