import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { addKey } from '../helpers/add-key.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

const path = '/api/integrations/transactions/';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({
    // Limits that tests can reach; the real ones are tried end to end.
    config: {
      MAX_BATCH_ROWS: 200,
      MAX_BODY_BYTES: 100_000,
      MAX_STREAM_ROWS: 12_000,
      MAX_STREAM_BYTES: 3_000_000,
    },
  });
});

afterEach(async () => {
  await emptyTables(api.database);
});

afterAll(async () => {
  await api.stop();
});

const row = (given: Record<string, unknown> = {}) => ({
  transaction_id: 't-1',
  account_id: 'acc-1',
  amount: '-42.10',
  currency: 'USD',
  date: '2026-01-31',
  merchant_name: 'WALMART #123',
  description: 'POS PURCHASE 0423',
  ...given,
});
const rows = (count: number, given: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => row({ transaction_id: `t-${index}`, ...given }));
const ndjson = (transactions: unknown[]) =>
  transactions.map((entry) => `${JSON.stringify(entry)}\n`).join('');
const postNdjson = (body: RequestInit['body'], query = '', headers = {}) =>
  api.send('POST', path + query, body, { 'Content-Type': 'application/x-ndjson', ...headers });
const stored = () => api.database('transactions').orderBy('id');
const countStored = async () => (await stored()).length;

async function expectNothingStored(): Promise<void> {
  expect(await countStored()).toBe(0);
  expect(await api.database('batches')).toHaveLength(0);
}

describe('POST /api/integrations/transactions', () => {
  it('stores a batch and says where it is', async () => {
    const answer = await api.post(path, {
      request_id: 'r-1',
      total_transactions: 2,
      transactions: rows(2),
    });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      batch_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      status: 'pending',
      transaction_count: 2,
      duplicate_count: 0,
      conflict_count: 0,
      request_id: 'r-1',
    });
    expect(answer.headers.get('location')).toBe(
      `/api/integrations/batches/${answer.body.batch_id}`,
    );
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    expect((await api.get(answer.headers.get('location') as string)).body).toMatchObject({
      batch_id: answer.body.batch_id,
      transaction_count: 2,
    });
  });

  it('works without the trailing slash, and repeats a sane request id', async () => {
    const answer = await api.post(
      path.slice(0, -1),
      { transactions: [row()] },
      { 'X-Request-Id': 'abc-1' },
    );
    expect(answer.status).toBe(202);
    expect(answer.headers.get('x-request-id')).toBe('abc-1');
    const insane = await api.post(path, { transactions: [row()] }, { 'X-Request-Id': 'a b"c' });
    expect(insane.headers.get('x-request-id')).not.toContain('"');
  });

  it('gives texts and amounts back byte for byte', async () => {
    const texts = [
      '=1+1',
      'tab\tnew\nline\r\\N',
      '"quoted"',
      '😀 家乐福',
      '\u202eRTL',
      ' spaces ',
      "'; DROP TABLE x",
      '\\.',
      '\u0001',
    ];
    const transactions = texts.map((text, index) =>
      row({
        transaction_id: text,
        account_id: text,
        merchant_name: text,
        description: text,
        amount: -index - 0.25,
      }),
    );
    const { body } = await api.post(path, { transactions });
    const page = await api.get(`/api/integrations/batches/${body.batch_id}/transactions`);
    expect(page.body.data).toEqual(
      transactions.map((sent) =>
        expect.objectContaining({ ...sent, amount: Number(sent.amount).toFixed(2) }),
      ),
    );
  });

  it('takes missing, null and blank texts for the same', async () => {
    const transactions = [undefined, null, '', '  \t'].map((text, index) =>
      row({ transaction_id: `t-${index}`, merchant_name: text, description: text }),
    );
    await api.post(path, { transactions });
    for (const entry of await stored())
      expect(entry).toMatchObject({ merchantName: null, description: null });
  });

  it('accepts a body of Plaid as it is', async () => {
    const answer = await api.post(path, {
      accounts: [{ account_id: 'plaid-1', balances: { available: 1 } }],
      item: {},
      request_id: 'plaid-request',
      total_transactions: 1,
      transactions: [
        {
          account_id: 'plaid-1',
          transaction_id: 'p-1',
          amount: 12.5,
          iso_currency_code: 'CAD',
          unofficial_currency_code: null,
          date: '2026-02-01',
          name: 'Tim Hortons #12',
          merchant_name: null,
          location: { city: null },
          pending: false,
        },
      ],
    });
    expect(answer.status).toBe(202);
    expect(await stored()).toMatchObject([
      { amount: '12.5000', currency: 'CAD', description: 'Tim Hortons #12', merchantName: null },
    ]);
  });

  it('counts rows stored before, and rows earlier in the same body, as duplicates', async () => {
    await api.post(path, { transactions: rows(3) });
    const again = await api.post(path, {
      transactions: [...rows(5), row({ transaction_id: 't-4' })],
    });
    expect(again.body).toMatchObject({ transaction_count: 2, duplicate_count: 4 });
    // The same id in another account is another row.
    const other = await api.post(path, { transactions: rows(3, { account_id: 'acc-2' }) });
    expect(other.body).toMatchObject({ transaction_count: 3, duplicate_count: 0 });
    expect(await countStored()).toBe(8);
  });

  it('stores each row once when the same rows are posted at the same time, in any order', async () => {
    const forward = rows(200);
    const backward = [...forward].reverse();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        api.post(path, { transactions: index % 2 ? forward : backward }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    const sum = (field: string) => answers.reduce((total, answer) => total + answer.body[field], 0);
    expect(sum('transaction_count')).toBe(200);
    expect(sum('duplicate_count')).toBe(7 * 200);
    expect(await countStored()).toBe(200);
  });

  it('reserves a block of ids of its own for each of many batches at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        api.post(path, { transactions: rows(50, { account_id: `acc-${index}` }) }),
      ),
    );
    for (const { body } of answers) {
      const [range] = await api
        .database('transactions')
        .where({ batch_id: body.batch_id })
        .select(api.database.raw('max(id) - min(id) + 1 AS width, count(*) AS row_count'));
      expect(range).toEqual({ width: 50, rowCount: 50 });
    }
  });

  it('accepts gzip', async () => {
    const body = gzipSync(JSON.stringify({ transactions: rows(3) }));
    const answer = await api.send('POST', path, body, {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 202, body: { transaction_count: 3 } });
  });

  it('accepts exactly the limit of rows', async () => {
    expect((await api.post(path, { transactions: rows(200) })).status).toBe(202);
  });
});

describe('refuses, and stores nothing of', () => {
  const pointerOf = (field: string) => `/transactions/1/${field}`;

  it.each([
    ['an id that is missing', { transaction_id: undefined }, 'transaction_id'],
    ['an empty id', { transaction_id: '' }, 'transaction_id'],
    ['an id of 256 characters', { account_id: 'a'.repeat(256) }, 'account_id'],
    ['an id that is a number', { account_id: 7 }, 'account_id'],
    ['an amount of five places', { amount: '1.00001' }, 'amount'],
    ['an amount of 16 digits', { amount: '1234567890123456' }, 'amount'],
    ['an amount that is null', { amount: null }, 'amount'],
    ['an unknown currency', { currency: 'ZZZ' }, 'currency'],
    ['a currency in small letters', { currency: 'usd' }, 'currency'],
    ['a missing currency', { currency: undefined }, 'currency'],
    ['a day that does not exist', { date: '2026-02-30' }, 'date'],
    ['a date in another form', { date: '31.01.2026' }, 'date'],
    ['a text of 2,001 characters', { description: 'x'.repeat(2_001) }, 'description'],
    ['a text that is a number', { merchant_name: 5 }, 'merchant_name'],
    ['NUL in a text', { merchant_name: 'a\0b' }, 'merchant_name'],
    ['NUL in an id', { transaction_id: 'a\0b' }, 'transaction_id'],
    ['a lone surrogate', { description: 'a\ud800' }, 'description'],
  ])('%s', async (_, given, field) => {
    const answer = await api.post(path, {
      transactions: [row(), row({ transaction_id: 't-2', ...given })],
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      code: 'invalid_request',
      error_count: 1,
      errors: [{ pointer: pointerOf(field) }],
      request_id: answer.headers.get('x-request-id'),
    });
    await expectNothingStored();
  });

  it('amounts beyond what JSON can hold', async () => {
    const text = JSON.stringify({ transactions: [row({ amount: 'HUGE' })] }).replace(
      '"HUGE"',
      '1e400',
    );
    const answer = await api.send('POST', path, text, { 'Content-Type': 'application/json' });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/transactions/0/amount' }] },
    });
    const nan = await api.send('POST', path, text.replace('1e400', 'NaN'), {
      'Content-Type': 'application/json',
    });
    expect(nan).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
    await expectNothingStored();
  });

  it('101 bad rows, of which it names the first 100', async () => {
    const answer = await api.post(path, { transactions: rows(101, { amount: 'x' }) });
    expect(answer.body.errors).toHaveLength(100);
    expect(answer.body.error_count).toBe(101);
    await expectNothingStored();
  });

  it.each([
    ['an empty list', { transactions: [] }, 400, '/transactions'],
    ['no list', {}, 400, '/transactions'],
    ['a list that is none', { transactions: {} }, 400, '/transactions'],
    ['an array', [], 400, ''],
    ['null', null, 400, ''],
    ['a row that is null', { transactions: [null] }, 400, '/transactions/0'],
    ['a wrong count', { total_transactions: 3, transactions: rows(2) }, 400, '/total_transactions'],
    [
      'a count that is text',
      { total_transactions: '2', transactions: rows(2) },
      400,
      '/total_transactions',
    ],
    [
      'a request id of 256 characters',
      { request_id: 'r'.repeat(256), transactions: rows(1) },
      400,
      '/request_id',
    ],
    ['one row more than the limit', { transactions: rows(201) }, 413, '/transactions'],
  ])('%s', async (_, body, status, pointer) => {
    const answer = await api.post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    await expectNothingStored();
  });

  it.each([
    ['broken JSON', '{"transactions": [', 'application/json', 400, 'malformed_json'],
    ['an empty body', '', 'application/json', 400, 'malformed_json'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"a":"\xff"}', 'latin1'),
      'application/json',
      400,
      'invalid_encoding',
    ],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['no content type', Buffer.from('{}'), '', 415, 'unsupported_media_type'],
    ['too many bytes', ' '.repeat(100_001), 'application/json', 413, 'payload_too_large'],
  ])('%s', async (_, body, type, status, code) => {
    const answer = await api.send('POST', path, body, { 'Content-Type': type });
    expect(answer).toMatchObject({ status, body: { code, status } });
    await expectNothingStored();
  });

  it('a gzip bomb, broken gzip, and other encodings', async () => {
    const send = (body: Buffer, encoding: string) =>
      api.send('POST', path, body, {
        'Content-Type': 'application/json',
        'Content-Encoding': encoding,
      });
    const bomb = await send(gzipSync(Buffer.alloc(50_000_000, ' ')), 'gzip');
    expect(bomb).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(await send(Buffer.from('no gzip'), 'gzip')).toMatchObject({
      status: 400,
      body: { code: 'invalid_encoding' },
    });
    expect(await send(gzipSync('{"transactions":[]}').subarray(0, 20), 'gzip')).toMatchObject({
      status: 400,
      body: { code: 'invalid_encoding' },
    });
    expect(await send(Buffer.from('{}'), 'br')).toMatchObject({ status: 415 });
    await expectNothingStored();
  });

  it.each([
    ['a line that is too long', Buffer.alloc(2_900_000, 'x'), 'identity'],
    ['gzip that is none', randomBytes(2_900_000), 'gzip'],
  ])('%s, and answers the next request of the connection', async (_, body, encoding) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (options: RequestOptions, bytes?: Buffer) => {
      const asking = request(api.url + options.path, { agent, ...options });
      const [answer] = (await once(asking.end(bytes), 'response')) as [IncomingMessage];
      await answer.toArray();
      return answer.statusCode;
    };
    const headers = {
      Authorization: `Bearer ${api.key}`,
      'Content-Type': 'application/x-ndjson',
      'Content-Encoding': encoding,
    };
    const refused = encoding === 'gzip' ? 400 : 413;
    expect(await ask({ method: 'POST', path, headers }, body)).toBe(refused);
    expect(await ask({ path: '/healthz' })).toBe(200);
    agent.destroy();
  });

  it('callers without a key, with a wrong one, or with another scope', async () => {
    const body = { transactions: rows(1) };
    const anonymous = await api.post(path, body, { Authorization: '' });
    expect(anonymous).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(anonymous.headers.get('www-authenticate')).toContain('Bearer');
    expect(
      (await api.post(path, body, { Authorization: `Bearer ${generateApiKey()}` })).status,
    ).toBe(401);
    expect((await api.post(path, body, { Authorization: 'Basic abc' })).status).toBe(401);
    const readOnly = await addKey(api, 'reader', ['read']);
    expect(await api.post(path, body, readOnly)).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    });
    await expectNothingStored();
  });

  it('other methods, and says which are allowed', async () => {
    const answer = await api.get(path);
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(answer.headers.get('allow')).toContain('POST');
  });
});

describe('NDJSON', () => {
  it('stores more rows than one part holds, blank lines left out', async () => {
    const answer = await postNdjson(
      `\n${ndjson(rows(11_000))}\r\n`,
      '?request_id=nightly&total_transactions=11000',
    );
    expect(answer).toMatchObject({
      status: 202,
      body: { transaction_count: 11_000, duplicate_count: 0, request_id: 'nightly' },
    });
    expect(await countStored()).toBe(11_000);
  });

  it('finds duplicates across parts', async () => {
    const answer = await postNdjson(ndjson([...rows(11_000), ...rows(500)]));
    expect(answer.body).toMatchObject({ transaction_count: 11_000, duplicate_count: 500 });
  });

  it('accepts exactly the limit, and stores nothing of one row more', async () => {
    expect((await postNdjson(ndjson(rows(12_000)))).status).toBe(202);
    await emptyTables(api.database);
    expect(await postNdjson(ndjson(rows(12_001)))).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
    await expectNothingStored();
  });

  it('stores nothing when the last of many rows is bad, and says which line', async () => {
    const body = `${ndjson(rows(11_000))}\n${JSON.stringify(row({ date: 'x' }))}\n{broken\n`;
    const answer = await postNdjson(body);
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error_count: 2,
        errors: [
          { pointer: '/transactions/11000/date', line: 11_002 },
          { pointer: '/transactions/11001', line: 11_003 },
        ],
      },
    });
    await expectNothingStored();
  });

  it('refuses an empty stream, and a wrong count', async () => {
    expect(await postNdjson('\n \n')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/transactions' }] },
    });
    expect(await postNdjson(ndjson(rows(2)), '?total_transactions=3')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/total_transactions' }] },
    });
    expect((await postNdjson(ndjson(rows(2)), '?total_transactions=x')).status).toBe(400);
    await expectNothingStored();
  });

  it('accepts gzip, and cuts a bomb off', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    expect((await postNdjson(gzipSync(ndjson(rows(100))), '', headers)).body).toMatchObject({
      transaction_count: 100,
    });
    expect((await postNdjson(gzipSync(Buffer.alloc(20_000_000, '\n')), '', headers)).status).toBe(
      413,
    );
    expect((await postNdjson(gzipSync(Buffer.alloc(2_000_000, 'x')), '', headers)).status).toBe(
      413,
    );
    expect(await countStored()).toBe(100);
  });

  it('stores nothing when the client leaves in the middle', async () => {
    const leave = new AbortController();
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (++sent > 8) {
          leave.abort();
          controller.error(new Error('gone'));
          return;
        }
        controller.enqueue(Buffer.from(ndjson(rows(1_300, { account_id: `acc-${sent}` }))));
      },
    });
    await expect(
      fetch(api.url + path, {
        method: 'POST',
        body,
        duplex: 'half',
        signal: leave.signal,
        headers: { Authorization: `Bearer ${api.key}`, 'Content-Type': 'application/x-ndjson' },
      } as RequestInit),
    ).rejects.toThrow();
    // The next request is answered after the broken one was rolled back, or else it would see its rows.
    await api.post(path, { transactions: [row({ account_id: 'after' })] });
    expect(await countStored()).toBe(1);
    expect(await api.database('batches')).toHaveLength(1);
  });

  it('gives the place of one that fell silent to the next', async () => {
    const silent = Array.from({ length: 2 }, () => {
      const headers = {
        Authorization: `Bearer ${api.key}`,
        'Content-Type': 'application/x-ndjson',
      };
      const sending = request(api.url + path, { method: 'POST', headers });
      sending.write(ndjson(rows(2)));
      return { sending, status: once(sending, 'response').then(([{ statusCode }]) => statusCode) };
    });
    // All that a key may have at a time.
    await waitFor(async () => {
      const { rows: open } = await api.database.raw(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      return open.length === 2;
    }, 5_000);
    expect((await postNdjson(ndjson(rows(3, { account_id: 'next' })))).status).toBe(202);
    expect(await Promise.race(silent.map(({ status }) => status))).toBe(408);
    for (const { sending } of silent) sending.end();
    const statuses = await Promise.all(silent.map(({ status }) => status));
    expect(statuses.toSorted()).toEqual([202, 408]);
    expect(await api.database('transactions').where({ account_id: 'next' })).toHaveLength(3);
  });
});

describe('Idempotency-Key', () => {
  const body = { transactions: rows(2) };
  const withKey = (key: string) => ({ 'Idempotency-Key': key });

  it('replays the first answer', async () => {
    const first = await api.post(path, body, withKey('k-1'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const second = await api.post(path, body, withKey('k-1'));
    expect(second.status).toBe(202);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(await api.database('batches')).toHaveLength(1);
  });

  it('replays for NDJSON, and tells another body', async () => {
    const first = await postNdjson(ndjson(rows(3)), '', withKey('k-2'));
    const second = await postNdjson(ndjson(rows(3)), '', withKey('k-2'));
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await postNdjson(ndjson(rows(4)), '', withKey('k-2'))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
  });

  it('is refused for another body', async () => {
    await api.post(path, body, withKey('k-3'));
    const answer = await api.post(path, { transactions: rows(3) }, withKey('k-3'));
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } });
    expect(await countStored()).toBe(2);
  });

  it('is another key for another client', async () => {
    await api.post(path, body, withKey('k-4'));
    const other = await addKey(api, 'other', ['ingest']);
    const answer = await api.post(path, body, { ...withKey('k-4'), ...other });
    expect(answer).toMatchObject({
      status: 202,
      body: { transaction_count: 0, duplicate_count: 2 },
    });
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
  });

  it('makes one batch of requests at the same time; the others hear so, or the same answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.post(path, body, withKey('k-5'))),
    );
    const accepted = answers.filter((answer) => answer.status === 202);
    expect(new Set(accepted.map((answer) => answer.body.batch_id)).size).toBe(1);
    for (const answer of answers.filter((entry) => entry.status !== 202)) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } });
    }
    expect(await api.database('batches')).toHaveLength(1);
  });

  it('is free again after an answer that was an error, and after 24 hours', async () => {
    expect(
      (await api.post(path, { transactions: [row({ amount: 'x' })] }, withKey('k-6'))).status,
    ).toBe(400);
    expect((await api.post(path, body, withKey('k-6'))).status).toBe(202);
    await api
      .database('idempotency_keys')
      .update({ created_at: api.database.raw("now() - interval '24 hours 1 second'") });
    const later = await api.post(
      path,
      { transactions: rows(1, { account_id: 'x' }) },
      withKey('k-6'),
    );
    expect(later).toMatchObject({ status: 202, body: { transaction_count: 1 } });
  });

  it('has at most 255 characters', async () => {
    expect((await api.post(path, body, withKey('k'.repeat(255)))).status).toBe(202);
    expect((await api.post(path, body, withKey('k'.repeat(256)))).status).toBe(400);
  });
});
