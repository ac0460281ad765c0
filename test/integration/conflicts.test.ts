import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { addKey } from '../helpers/add-key.ts';
import { openStream } from '../helpers/open-stream.ts';
import { type Answer, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';

const path = '/api/integrations/transactions';
let api: TestApi;
/** The key of another client. */
let other: { Authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  other = await addKey(api, 'other', ['ingest']);
});
afterEach(() => emptyTables(api.database));
afterAll(() => api.stop());

const row = (given: Record<string, unknown> = {}) => ({
  transaction_id: 't-0',
  account_id: 'acc-1',
  amount: '-1.00',
  currency: 'USD',
  date: '2026-01-31',
  merchant_name: 'WALMART #123',
  description: null as string | null,
  ...given,
});
const rows = (count: number, given: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => row({ transaction_id: `t-${index}`, ...given }));

interface Accepted {
  batch_id: string;
  transaction_count: number;
  duplicate_count: number;
  conflict_count: number;
}
type Post = (
  transactions: unknown[],
  headers?: Record<string, string>,
) => Promise<Answer<Accepted>>;

const postJson: Post = (transactions, headers) => api.post(path, { transactions }, headers);
/** Long enough to be copied instead of stored by one statement; the rows that matter come first. */
const postMany: Post = (transactions, headers) => {
  const filler = Array.from({ length: 150 }, (_, index) =>
    row({ transaction_id: `filler-${index}`, account_id: `filler-${fillers}` }),
  );
  fillers++;
  return api.post(path, { transactions: [...transactions, ...filler] }, headers);
};
let fillers = 0;
const postNdjson: Post = (transactions, headers) =>
  api.send('POST', path, transactions.map((entry) => `${JSON.stringify(entry)}\n`).join(''), {
    'Content-Type': 'application/x-ndjson',
    ...headers,
  });
const withKey: Post = (transactions) =>
  postJson(transactions, { 'Idempotency-Key': `k-${keys++}` });
let keys = 0;

const batchOf = async (answer: { body: { batch_id: string } }) =>
  (await api.get(`/api/integrations/batches/${answer.body.batch_id}`)).body;

describe.each([
  ['a small batch', postJson],
  ['a small batch with an idempotency key', withKey],
  ['a batch that is copied', postMany],
  ['a stream', postNdjson],
])('a row that is stored already with other content, in %s', (_, post) => {
  it('is a conflict: it is counted and listed, and the stored row stays', async () => {
    const first = await post([row()]);
    const again = await post(
      [row({ transaction_id: 'new' }), row({ amount: '-999.00', currency: 'EUR' })],
      other,
    );
    expect(again).toMatchObject({ status: 202, body: { duplicate_count: 1, conflict_count: 1 } });
    expect(await batchOf(again)).toMatchObject({
      duplicate_count: 1,
      conflict_count: 1,
      conflicts: [
        {
          row: 1,
          account_id: 'acc-1',
          transaction_id: 't-0',
          stored_batch_id: first.body.batch_id,
          fields: ['amount', 'currency'],
        },
      ],
    });
    expect(await batchOf(first)).toMatchObject({ conflict_count: 0, conflicts: [] });
    const stored = await api.database('transactions').where({ transaction_id: 't-0' });
    expect(stored).toMatchObject([{ amount: '-1.0000', currency: 'USD' }]);
  });

  it.each([
    ['amount', { amount: '-1.0001' }],
    ['amount', { amount: '1.00' }],
    ['currency', { currency: 'EUR' }],
    ['date', { date: '2026-02-01' }],
    ['merchant_name', { merchant_name: 'Walmart #123' }],
    ['merchant_name', { merchant_name: null }],
    ['merchant_name', { merchant_name: 'WALMART #123 ' }],
    ['description', { description: '\ud83d\ude00' }],
  ])('differs in its %s: %p', async (field, given) => {
    await post([row()]);
    const { conflicts } = await batchOf(await post([row(given)]));
    expect(conflicts).toMatchObject([{ row: 0, fields: [field] }]);
  });

  it('is none where it says the same in another way', async () => {
    await post([row({ merchant_name: null, description: 'Ünï\u0301 💶 \\ "\t\u2028' })]);
    const same = [
      { amount: '-1' },
      { amount: '-1.0' },
      { amount: '-1.0000' },
      { amount: -1 },
      { date: '2026-01-31T23:59:59Z' },
      { merchant_name: '' },
      { merchant_name: ' \u00a0' },
      { merchant_name: undefined },
    ];
    for (const given of same) {
      const again = await post([
        row({ merchant_name: null, description: 'Ünï\u0301 💶 \\ "\t\u2028', ...given }),
      ]);
      expect(again.body).toMatchObject({ duplicate_count: 1, conflict_count: 0 });
    }
    // The same letter to the eye, and another text.
    const other = await post([
      row({ merchant_name: null, description: 'Ün\u00ed\u0308 💶 \\ "\t\u2028' }),
    ]);
    expect(other.body).toMatchObject({ duplicate_count: 1, conflict_count: 1 });
  });

  it('stands in the body twice: the batch itself holds the first one', async () => {
    const answer = await post([row(), row(), row({ amount: '2.00' }), row({ date: '2026-01-30' })]);
    expect(answer.body).toMatchObject({ duplicate_count: 3, conflict_count: 2 });
    const { conflicts } = await batchOf(answer);
    const stored_batch_id = answer.body.batch_id;
    expect(conflicts).toMatchObject([
      { row: 2, stored_batch_id, fields: ['amount'] },
      { row: 3, stored_batch_id, fields: ['date'] },
    ]);
  });

  it('is counted beyond those that are listed', async () => {
    await post(rows(102));
    // The first one is the same; 101 are not.
    const again = await post([
      row(),
      ...rows(102)
        .slice(1)
        .map((each) => ({ ...each, amount: '5' })),
    ]);
    expect(again.body).toMatchObject({ duplicate_count: 102, conflict_count: 101 });
    const batch = await batchOf(again);
    expect(batch.conflict_count).toBe(101);
    expect(batch.conflicts.map(({ row }: { row: number }) => row)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });
});

describe('conflicts', () => {
  it('are found across the parts of a stream, at their places in the body', async () => {
    const first = rows(10_050);
    await postNdjson(rows(3, { account_id: 'acc-2' }));
    const answer = await postNdjson([
      ...first,
      row({ transaction_id: 't-7', amount: '7.00' }),
      row({ transaction_id: 't-8' }),
      row({ transaction_id: 't-2', account_id: 'acc-2', currency: 'EUR' }),
      // Stands in the same part before.
      row({ transaction_id: 't-10049', amount: '8.00' }),
    ]);
    expect(answer.body).toMatchObject({
      transaction_count: 10_050,
      duplicate_count: 4,
      conflict_count: 3,
    });
    const { conflicts } = await batchOf(answer);
    expect(conflicts).toMatchObject([
      { row: 10_050, transaction_id: 't-7', stored_batch_id: answer.body.batch_id },
      { row: 10_052, transaction_id: 't-2', account_id: 'acc-2', fields: ['currency'] },
      { row: 10_053, transaction_id: 't-10049', stored_batch_id: answer.body.batch_id },
    ]);
  });

  it('are all of a long stream that was sent before with other amounts', async () => {
    const sent = rows(30_000);
    await postNdjson(sent);
    const again = await postNdjson(sent.map((each) => ({ ...each, amount: '5.00' })));
    expect(again.body).toMatchObject({
      transaction_count: 0,
      duplicate_count: 30_000,
      conflict_count: 30_000,
    });
    const { conflicts } = await batchOf(again);
    expect(conflicts).toHaveLength(100);
    expect(conflicts[99]).toMatchObject({ row: 99, transaction_id: 't-99' });
  }, 60_000);

  it('are part of the answer that an idempotency key replays', async () => {
    await postJson([row()]);
    const headers = { 'Idempotency-Key': 'replayed' };
    const first = await postJson([row({ amount: '3.00' })], headers);
    const second = await postJson([row({ amount: '3.00' })], headers);
    expect(first.body.conflict_count).toBe(1);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await api.database('batch_conflicts')).toHaveLength(1);
  });

  it.each([
    ['small batches', 40],
    ['batches that are copied', 400],
  ])('of %s that are posted at once: one is stored, all others say so', async (_, count) => {
    const amounts = ['1.00', '2.00', '3.00', '4.00', '5.00', '6.00'];
    const answers = await Promise.all(
      amounts.map((amount, index) => {
        const given = rows(count, { amount });
        return postJson(index % 2 ? given : given.toReversed(), {
          ...(index % 3 !== 0 && other),
        });
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(amounts.map(() => 202));
    const sum = (field: 'transaction_count' | 'duplicate_count' | 'conflict_count') =>
      answers.reduce((total, { body }) => total + body[field], 0);
    expect(sum('transaction_count')).toBe(count);
    expect(sum('duplicate_count')).toBe(5 * count);
    expect(sum('conflict_count')).toBe(5 * count);
    for (const answer of answers) {
      const { conflict_count, conflicts } = await batchOf(answer);
      expect(conflict_count).toBe(answer.body.conflict_count);
      expect(conflicts).toHaveLength(Math.min(100, conflict_count));
      for (const conflict of conflicts) {
        const [stored] = await api
          .database('transactions')
          .where({ transaction_id: conflict.transaction_id });
        expect(conflict.stored_batch_id).toBe(stored.batchId);
      }
    }
  });

  it('with a row that is committed while this batch is being stored are found', async () => {
    const stream = openStream(api);
    stream.send(rows(5));
    const others = postJson(rows(5, { amount: '9.00' }), other);
    const [first, second] = await Promise.all([stream.end(), others]);
    const answers = [first, second];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers.map(({ body }) => body.conflict_count).sort()).toEqual([0, 5]);
  });

  it('go with their batch', async () => {
    await postJson([row()]);
    const answer = await postJson([row({ amount: '3.00' })]);
    await api.database('batches').where({ id: answer.body.batch_id }).delete();
    expect(await api.database('batch_conflicts')).toEqual([]);
  });

  it('are filtered and sorted by in the list of the console', async () => {
    await postJson(rows(3));
    const one = await postJson([row({ amount: '3.00' })]);
    const three = await postJson(rows(3, { currency: 'EUR' }));
    const list = await api.get(
      '/api/admin/batches?conflict_count_gte=1&_sort=conflict_count&_order=desc',
    );
    expect(list.body).toMatchObject([
      { id: three.body.batch_id, conflict_count: 3 },
      { id: one.body.batch_id, conflict_count: 1 },
    ]);
    expect(list.headers.get('x-total-count')).toBe('2');
    const { body } = await api.get(`/api/admin/batches/${one.body.batch_id}`);
    expect(body.conflicts).toMatchObject([{ row: 0, fields: ['amount'] }]);
  });
});
