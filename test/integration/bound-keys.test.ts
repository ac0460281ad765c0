import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchBody } from '../../src/api/batches/schema.ts';
import type { Page } from '../../src/api/pagination.ts';
import type { AcceptedBatch } from '../../src/api/transactions/schema.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';

const batches = '/api/integrations/batches';
const transactions = '/api/integrations/transactions';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(() => emptyTables(api.database));

interface TestKey {
  id: number;
  headers: { Authorization: string };
}

async function createKey(accountPrefixes: string[]): Promise<TestKey> {
  const { status, body } = await api.post('/api/admin/api-keys', {
    name: 'a branch',
    scopes: ['ingest', 'read'],
    account_prefixes: accountPrefixes,
  });
  expect([status, body.account_prefixes]).toEqual([201, accountPrefixes]);
  return { id: body.id, headers: { Authorization: `Bearer ${body.key}` } };
}

const row = (accountId: string, transactionId = 't-1', amount = '-1.00') => ({
  transaction_id: transactionId,
  account_id: accountId,
  amount,
  currency: 'USD',
  date: '2026-01-31',
});

const post = (key: TestKey, rows: unknown[], headers = {}) =>
  api.post<AcceptedBatch & Problem & { error_count?: number }>(
    transactions,
    { transactions: rows },
    { ...key.headers, ...headers },
  );

const stream = (key: TestKey, rows: unknown[], query = '') =>
  api.send<AcceptedBatch & Problem & { error_count?: number }>(
    'POST',
    transactions + query,
    rows.map((each) => JSON.stringify(each)).join('\n'),
    { ...key.headers, 'Content-Type': 'application/x-ndjson' },
  );

const countRows = async () => (await api.database('transactions').count({ n: '*' }))[0]?.n;

describe('a key that is bound to accounts', () => {
  it.each([
    ['JSON', post],
    ['NDJSON', stream],
  ])('stores rows of these accounts as %s', async (_, send) => {
    const key = await createKey(['east-', 'west-7']);
    const answer = await send(key, [row('east-1'), row('west-71'), row('west-7')]);
    expect([answer.status, answer.body.transaction_count]).toEqual([202, 3]);
  });

  it.each([
    ['JSON', post, [undefined, undefined]],
    ['NDJSON', stream, [2, 4]],
  ])('is refused each row of another one as %s, and nothing is stored', async (_, send, lines) => {
    const key = await createKey(['east-']);
    const rows = [row('east-1'), row('East-1'), row('east-2'), row('west-1')];
    const answer = await send(key, rows);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      code: 'account_not_allowed',
      error_count: 2,
      errors: [
        {
          pointer: '/transactions/1/account_id',
          detail: 'is not an account of this API key',
          ...(lines[0] !== undefined && { line: lines[0] }),
        },
        { pointer: '/transactions/3/account_id' },
      ],
    });
    expect(answer.body.errors?.map(({ line }) => line)).toEqual(lines);
    expect([await countRows(), (await api.database('batches')).length]).toEqual([0, 0]);
  });

  it('names the first hundred of such rows, and counts all', async () => {
    const key = await createKey(['east-']);
    const rows = Array.from({ length: 101 }, (_, n) => row('west-1', `t-${n}`));
    const { body } = await post(key, rows);
    expect([body.error_count, body.errors?.length]).toEqual([101, 100]);
  });

  it.each([
    ['JSON', post],
    ['NDJSON', stream],
  ])('hears first of rows that are not valid, as %s', async (_, send) => {
    const key = await createKey(['east-']);
    const answer = await send(key, [row('west-1'), row('east-1', 't-1', 'much')]);
    expect([answer.status, answer.body.code, answer.body.error_count]).toEqual([
      400,
      'invalid_request',
      1,
    ]);
    expect(answer.body.errors?.[0]?.pointer).toBe('/transactions/1/amount');
  });

  it('hears first that the count of a stream is wrong', async () => {
    const key = await createKey(['east-']);
    expect((await stream(key, [row('west-1')], '?total_transactions=2')).status).toBe(400);
  });

  it('stores nothing of a long stream whose last row is of another account', async () => {
    const key = await createKey(['east-']);
    const rows = Array.from({ length: 20_001 }, (_, n) =>
      row(n === 20_000 ? 'west-1' : 'east-1', `t-${n}`),
    );
    const { status, body } = await stream(key, rows);
    expect([status, body.errors]).toEqual([
      403,
      [
        {
          pointer: '/transactions/20000/account_id',
          detail: 'is not an account of this API key',
          line: 20_001,
        },
      ],
    ]);
    expect(await countRows()).toBe(0);
  });

  it('keeps no idempotency key of a batch that was refused', async () => {
    const key = await createKey(['east-']);
    const once = { 'Idempotency-Key': 'once' };
    expect((await post(key, [row('west-1')], once)).status).toBe(403);
    expect((await post(key, [row('east-1')], once)).status).toBe(202);
  });

  it('takes a report of another account for one that was never seen', async () => {
    const unbound = await createKey([]);
    await post(unbound, [row('east-1'), row('west-1')]);
    const key = await createKey(['east-']);
    const report = (account: string, headers: Record<string, string>) =>
      api.get(
        `/api/reports/account/${account}/summary?start_date=2026-01-01&end_date=2026-01-31`,
        headers,
      );
    expect((await report('east-1', key.headers)).status).toBe(200);
    const first = await report('west-1', unbound.headers);
    expect(first.status).toBe(200);
    // It is in the cache now.
    expect((await report('west-1', unbound.headers)).headers.get('x-cache')).toBe('hit');
    const etag = first.headers.get('etag') as string;
    const strange = await report('west-1', { ...key.headers, 'If-None-Match': etag });
    const unseen = await report('west-2', { ...key.headers, 'If-None-Match': etag });
    const unseenByAll = await report('west-2', unbound.headers);
    const shown = ({ status, headers, body }: typeof strange) => ({
      status,
      headers: [...headers.keys()],
      body: { ...body, request_id: '', instance: '' },
    });
    expect(strange.status).toBe(404);
    expect(shown(strange)).toEqual(shown(unseen));
    expect(shown(strange)).toEqual(shown(unseenByAll));
    // What is wrong with the question is said alike.
    const bad = (account: string) =>
      api.get(`/api/reports/account/${account}/summary?start_date=x`, key.headers);
    expect([(await bad('west-1')).status, (await bad('west-2')).status]).toEqual([400, 400]);
    const escaped = await api.get('/api/reports/account/we%73t-1/summary', key.headers);
    expect(escaped.status).toBe(404);
  });

  it('sees the batches of its line and no others, whatever it asks of them', async () => {
    const key = await createKey(['east-']);
    const other = await createKey(['east-']);
    const unbound = await createKey([]);
    const own = (await post(key, [row('east-1')])).body.batch_id;
    const large = (
      await post(
        key,
        Array.from({ length: 101 }, (_, n) => row('east-2', `t-${n}`)),
      )
    ).body.batch_id;
    const others = (await post(other, [row('east-3')])).body.batch_id;
    const anyones = (await post(unbound, [row('east-4')])).body.batch_id;
    const successor = await rotate(key);
    const next = (await post(successor, [row('east-5')])).body.batch_id;

    const listed = async ({ headers }: TestKey, query = '') =>
      (await api.get<Page<BatchBody>>(batches + query, headers)).body.data.map(
        ({ batch_id }) => batch_id,
      );
    expect(await listed(key)).toEqual([next, large, own]);
    expect(await listed(successor)).toEqual([next, large, own]);
    expect(await listed(successor, '?status=pending&limit=2')).toEqual([next, large]);
    expect(await listed(successor, '?status=failed')).toEqual([]);
    expect(await listed(other)).toEqual([others]);
    expect(await listed(unbound)).toEqual([next, anyones, others, large, own]);

    const statuses = async ({ headers }: TestKey, id: string) => [
      (await api.get(`${batches}/${id}`, headers)).status,
      (await api.get(`${batches}/${id}/transactions`, headers)).status,
      (await api.get(`${batches}/${id}/events`, headers)).status,
      (await api.post(`${batches}/${id}/retry`, undefined, headers)).status,
    ];
    for (const id of [own, large, next])
      expect(await statuses(successor, id)).toEqual([200, 200, 200, 409]);
    for (const id of [others, anyones])
      expect(await statuses(successor, id)).toEqual([404, 404, 404, 404]);
    expect(await statuses(unbound, own)).toEqual([200, 200, 200, 409]);
    const none = await api.get(`${batches}/${others.replaceAll(/\d/g, '0')}`, key.headers);
    const hidden = await api.get(`${batches}/${others}`, key.headers);
    const same = { request_id: '', instance: '' };
    expect({ ...hidden.body, ...same }).toEqual({ ...none.body, ...same });
  });

  it("takes a successor's repeat for a repeat", async () => {
    const key = await createKey(['east-']);
    const once = { 'Idempotency-Key': 'once' };
    const first = await post(key, [row('east-1')], once);
    const again = await post(await rotate(key), [row('east-1')], once);
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', first.body]);
  });
});

async function rotate({ id }: TestKey): Promise<TestKey> {
  const { status, body } = await api.post(`/api/admin/api-keys/${id}/rotate`, {});
  expect(status).toBe(201);
  return { id: body.id, headers: { Authorization: `Bearer ${body.key}` } };
}
