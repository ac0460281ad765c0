import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  batch,
  type Case,
  type Expected,
  json,
  ndjson,
  type Request,
  refused,
  row,
  type Step,
} from '../case.ts';

let keys = 0;
const withKey = (request: Request, key: string): Request => ({
  ...request,
  headers: { ...request.headers, 'Idempotency-Key': key },
});
const newKey = () => `k-${keys++}-${randomUUID()}`;

const isAccepted = (expected: Omit<Expected, 'status'> = {}): Expected => ({
  status: 202,
  ...expected,
});
const step = (request: Request, expected: Expected, gateway?: Step['gateway']): Step => ({
  request,
  expected,
  ...(gateway && { gateway }),
});

/** The API says that an answer is an earlier one's; the gateway, which can't know it, makes the same batch again. */
const replay = (request: Request): Step =>
  step(request, isAccepted({ headers: { 'idempotency-replayed': 'true' } }), {
    difference: 'replays',
    expected: isAccepted({ headers: { 'idempotency-replayed': null } }),
  });

const mismatch = (request: Request): Step =>
  step(
    request,
    { status: 422, code: 'idempotency_mismatch' },
    { difference: 'mismatches', expected: isAccepted() },
  );

const same = { transaction_count: 0, duplicate_count: 1, conflict_count: 0 };

const texts = [
  { amount: '-42.1' },
  { amount: '-42.1000' },
  { amount: -42.1 },
  { date: '2026-01-31T10:00:00Z' },
  { merchant_name: ' ' },
  { description: null },
];
const conflicts: [string, Record<string, unknown>][] = [
  ['amount', { amount: '42.10' }],
  ['amount', { amount: '-42.1001' }],
  ['currency', { currency: 'EUR' }],
  ['date', { date: '2026-02-01' }],
  ['merchant_name', { merchant_name: 'Walmart' }],
  ['description', { name: 'Walmart' }],
];

function repeated(name: string, request: (key: string) => Request): Case {
  const once = request(newKey());
  return {
    name,
    steps: [step(once, isAccepted({ batch: { transaction_count: 1 } })), replay(once)],
  };
}

export const repeats: Case[] = [
  repeated('a repeat of JSON', (key) => withKey(batch(row()), key)),
  repeated('a repeat of NDJSON', (key) => withKey(ndjson(row()), key)),
  repeated('a repeat under a key of 255 characters', () => withKey(batch(row()), 'k'.repeat(255))),
  repeated('a repeat under a key with spaces and signs', () =>
    withKey(batch(row()), 'a b, "c";d=é'.replace('é', 'e')),
  ),
  (() => {
    const key = newKey();
    const text = JSON.stringify({ transactions: [row()] });
    return {
      name: 'a repeat that is compressed otherwise',
      steps: [
        step(withKey({ body: text }, key), isAccepted()),
        replay(withKey({ body: gzipSync(text), headers: { 'Content-Encoding': 'gzip' } }, key)),
      ],
    };
  })(),
  (() => {
    const key = newKey();
    const text = JSON.stringify(row());
    return {
      name: 'a repeat of NDJSON with another query',
      steps: [
        step(withKey({ ...ndjson(text), query: '?request_id=a' }, key), isAccepted()),
        mismatch(withKey({ ...ndjson(text), query: '?request_id=b' }, key)),
      ],
    };
  })(),
  (() => {
    const key = newKey();
    return {
      name: 'another body under the same key',
      steps: [
        step(withKey(batch(row()), key), isAccepted({ batch: { transaction_count: 1 } })),
        mismatch(withKey(batch(row()), key)),
      ],
    };
  })(),
  (() => {
    const key = newKey();
    const given = row();
    return {
      name: 'the same key of another client',
      steps: [
        step(withKey(batch(given), key), isAccepted()),
        step(withKey({ ...batch(given), key: 'other' }, key), isAccepted({ batch: same })),
      ],
    };
  })(),
  (() => {
    const key = newKey();
    const given = batch(row());
    return {
      name: 'a repeat with the successor of the key',
      steps: [
        step(withKey(given, key), isAccepted()),
        replay(withKey({ ...given, key: 'successor' }, key)),
      ],
    };
  })(),
  (() => {
    const key = newKey();
    return {
      name: 'a key is free after an error',
      steps: [
        step(withKey(batch(row({ amount: 'x' })), key), { status: 400 }),
        step(withKey(batch(row()), key), isAccepted({ batch: { transaction_count: 1 } })),
      ],
    };
  })(),
  {
    name: 'an empty key is none',
    steps: [0, 1].map(() =>
      step(withKey(batch(row()), ''), isAccepted({ headers: { 'idempotency-replayed': null } })),
    ),
  },
  refused('a key of 256 characters', withKey(batch(row()), 'k'.repeat(256)), 'invalid_request'),
  ...[batch, ndjson].map((make): Case => {
    const given = row();
    return {
      name: `the same row twice, as ${make.name}`,
      steps: [
        step(make(given), isAccepted({ batch: { transaction_count: 1, duplicate_count: 0 } })),
        step(make(given), isAccepted({ batch: same })),
        step({ ...make(given), key: 'other' }, isAccepted({ batch: same })),
      ],
    };
  }),
  ...texts.map((given): Case => {
    const first = row({ amount: '-42.10' });
    return {
      name: `the same row, which says ${JSON.stringify(given)}`,
      steps: [
        step(batch(first), isAccepted()),
        step(batch({ ...first, ...given }), isAccepted({ batch: same })),
      ],
    };
  }),
  ...conflicts.map(([field, given]): Case => {
    const first = row({ amount: '-42.10' });
    return {
      name: `the same row with ${JSON.stringify(given)} is a conflict`,
      steps: [
        step(batch(first), isAccepted()),
        step(
          batch(row(), { ...first, ...given }),
          isAccepted({
            batch: {
              transaction_count: 1,
              duplicate_count: 1,
              conflict_count: 1,
              conflicts: [{ row: 1, fields: [field], ofItself: false }],
            },
          }),
        ),
      ],
    };
  }),
  (() => {
    const given = row();
    return {
      name: 'a row several times in a body, of which the first is stored',
      steps: [
        step(
          batch(
            given,
            row(),
            given,
            { ...given, amount: '7' },
            row({ ...given, account_id: 'other' }),
          ),
          isAccepted({
            batch: {
              transaction_count: 3,
              duplicate_count: 2,
              conflict_count: 1,
              conflicts: [{ row: 3, fields: ['amount'], ofItself: true }],
            },
          }),
        ),
      ],
    };
  })(),
  (() => {
    const many = Array.from({ length: 150 }, () => row());
    return {
      name: 'a hundred and fifty conflicts, of which the first hundred are listed',
      steps: [
        step(json({ transactions: many }), isAccepted()),
        step(
          json({ transactions: many.map((each) => ({ ...each, amount: '7' })) }),
          isAccepted({
            batch: {
              duplicate_count: 150,
              conflict_count: 150,
              conflicts: Array.from({ length: 100 }, (_, index) => ({
                row: index,
                fields: ['amount'],
                ofItself: false,
              })),
            },
          }),
        ),
      ],
    };
  })(),
];
