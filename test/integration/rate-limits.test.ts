import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { createSharedCounts } from '../../src/cache/shared-counts.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { addKey } from '../helpers/add-key.ts';
import { insertUser, openSession, testPassword } from '../helpers/sign-in.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { type Problem, startTestApi, type TestApi, testRedisUrl } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

const path = '/api/integrations/batches';
const remaining = (headers: Headers) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);

describe('requests without good credentials', () => {
  const quota = 3;
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi({ redisDatabase: 1, config: { UNAUTHENTICATED_PER_MINUTE: quota } });
  });
  afterEach(() => api.stop());

  const withWrongKey = () =>
    api.get<Problem>(path, { Authorization: `Bearer ${generateApiKey()}` });

  test('are counted by address, and say how many are left', async () => {
    for (let left = quota - 1; left >= 0; left--) {
      const { status, headers } = await withWrongKey();
      expect(status).toBe(401);
      expect(headers.get('ratelimit-policy')).toBe(`"per-address";q=${quota};w=60`);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"per-address";r=${left};t=\\d+$`));
    }
    const { status, headers, body } = await withWrongKey();
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(headers.get('ratelimit')).toMatch(/^"per-address";r=0;t=\d+$/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
  });

  test('are one count, whatever was tried, and what comes after it is not even read', async () => {
    const session = await openSession(api, await insertUser(api, 'ada@example.com', 'admin'));
    const anonymous = { Authorization: '' };
    const tries = [
      () => api.get(path, anonymous),
      () => api.get('/api/admin/categories', { ...anonymous, Cookie: 'tallyflow_session=guess' }),
      () => api.post('/api/admin/invitations/accept', { token: 'guess', password: testPassword }),
    ];
    const statuses = async () => {
      const answers = [];
      for (const attempt of tries) answers.push((await attempt()).status);
      return answers;
    };
    expect(await statuses()).toEqual([401, 401, 400]);
    expect(await statuses()).toEqual([429, 429, 429]);
    // Not even good ones are.
    expect((await api.get('/api/admin/categories', session)).status).toBe(429);
    expect((await api.get(path)).status).toBe(429);
  });

  test('do not shut out a key at the same address that was good before', async () => {
    expect((await api.get(path)).status).toBe(200);
    for (let count = 0; count <= quota; count++) await withWrongKey();
    expect((await withWrongKey()).status).toBe(429);
    expect((await api.get(path)).status).toBe(200);
  });

  test('do not shut out a user of the console at the same address who was signed in before', async () => {
    const session = await openSession(api, await insertUser(api, 'ada@example.com', 'admin'));
    expect((await api.get('/api/admin/categories', session)).status).toBe(200);
    for (let count = 0; count <= quota; count++) await withWrongKey();
    expect((await withWrongKey()).status).toBe(429);
    expect((await api.get('/api/admin/categories', session)).status).toBe(200);
  });
});

describe('the console and the documentation', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi({ redisDatabase: 1 });
  });
  afterEach(() => api.stop());

  test('may be asked for 6,000 times a minute by an address, and health any number of times', async () => {
    const anonymous = { Authorization: '' };
    const first = await api.get('/openapi.json', anonymous);
    expect(first.headers.get('ratelimit-policy')).toBe('"per-address-files";q=6000;w=60');
    expect(remaining(first.headers)).toBe(5_999);
    // Another process counts most of them, since a busy machine could take longer than the minute for them all.
    const others = createSharedCounts({ url: testRedisUrl(1) as string });
    const files = others.inWindows('per-address-files', 60);
    await waitFor(() => files.add('127.0.0.1', 5_800));
    await others.close();
    let own = 1;
    let left = 5_999;
    await waitFor(async () => {
      own++;
      left = remaining((await api.get('/docs', anonymous)).headers);
      return left < 200;
    });
    expect(left).toBe(200 - own);
    const ask = async (times: number, place: string) => {
      const statuses = new Set<number>();
      for (let asked = 0; asked < times; asked++)
        statuses.add((await api.get(place, anonymous)).status);
      return [...statuses];
    };
    expect(await ask(left, '/docs/start.js')).toEqual([200]);
    for (const place of [
      '/docs',
      '/docs/swagger-ui.css',
      '/openapi.json',
      '/OpenAPI.json',
      '/admin',
      '/Admin/x.js',
    ])
      expect((await api.get<Problem>(place, anonymous)).status).toBe(429);
    expect((await fetch(`${api.url}/docs`, { method: 'HEAD' })).status).toBe(429);
    expect(await ask(100, '/healthz')).toEqual([200]);
    expect(await ask(100, '/readyz')).toEqual([200]);
    // Whoever has good credentials is counted by them.
    expect((await api.get(path)).status).toBe(200);
  });
});

describe('rows and bytes of a key', () => {
  let api: TestApi;
  afterEach(() => api.stop());

  const transactions = '/api/integrations/transactions';
  const rows = (account: string, count: number) =>
    Array.from(
      { length: count },
      (_, id) =>
        `{"transaction_id":"t-${id}","account_id":"${account}","amount":"-1","currency":"USD","date":"2026-01-31"}`,
    );
  const post = (type: string, body: string, headers = {}) =>
    api.send<Problem>('POST', transactions, body, { 'Content-Type': type, ...headers });
  const forms: [
    string,
    (account: string, count: number, headers?: object) => ReturnType<typeof post>,
  ][] = [
    [
      'JSON',
      (account, count, headers) =>
        post('application/json', `{"transactions":[${rows(account, count)}]}`, headers),
    ],
    [
      'NDJSON',
      (account, count, headers) =>
        post('application/x-ndjson', rows(account, count).join('\n'), headers),
    ],
  ];

  it.each(forms)('are limited by the minute: rows of %s', async (_, send) => {
    api = await startTestApi({ redisDatabase: 1, config: { RATE_LIMIT_ROWS_PER_MINUTE: 20_000 } });
    const other = await addKey(api, 'other');
    const { status, headers } = await send('first', 9_999);
    expect(status).toBe(202);
    expect(headers.get('ratelimit-policy')).toBe(
      '"per-key";q=60000;w=60, "per-key-rows";q=20000;w=60;qu="rows", "per-key-bytes";q=4294967296;w=60;qu="content-bytes"',
    );
    expect(headers.get('ratelimit')).toMatch(
      /^"per-key";r=59999;t=\d+, "per-key-rows";r=10001;t=\d+, "per-key-bytes";r=\d+;t=\d+$/,
    );
    expect((await send('exactly', 10_001)).status).toBe(202);
    const refused = await send('one-more', 1);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(refused.body.detail).toBe('More than 20000 rows in 60 seconds. Wait for Retry-After.');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toContain('"per-key-rows";r=0;');
    // Reads cost no rows, and other keys have their own.
    expect((await api.get(path)).status).toBe(200);
    expect((await send('other', 1, other)).status).toBe(202);
    expect(await api.database('transactions').distinct('account_id').pluck('account_id')).toEqual(
      expect.not.arrayContaining(['one-more']),
    );
  });

  it('store nothing of a stream that comes to the limit in its middle', async () => {
    api = await startTestApi({ redisDatabase: 1, config: { RATE_LIMIT_ROWS_PER_MINUTE: 15_000 } });
    const stream = forms[1]?.[1] as (typeof forms)[number][1];
    expect((await stream('middle', 15_001)).status).toBe(429);
    expect(await api.database('transactions')).toEqual([]);
    expect(await api.database('batches')).toEqual([]);
  });

  it.each(forms)('are limited by the minute: bytes of %s, after decompression', async (_, send) => {
    const bytes = rows('bytes', 100).join(',').length;
    api = await startTestApi({
      redisDatabase: 1,
      config: { RATE_LIMIT_BYTES_PER_MINUTE: bytes + 1_000 },
    });
    expect((await send('bytes', 100)).status).toBe(202);
    const refused = await send('again', 100);
    expect([refused.status, refused.body.detail]).toEqual([
      429,
      `More than ${bytes + 1_000} bytes in 60 seconds. Wait for Retry-After.`,
    ]);
    expect(await api.database('batches')).toHaveLength(1);
  });
});

describe('two processes', () => {
  const quota = 20;
  let first: TestApi;
  let second: TestApi;
  let proxy: TcpProxy;
  beforeEach(async () => {
    const { hostname, port } = new URL(process.env.TEST_REDIS_URL as string);
    proxy = await startTcpProxy(hostname, Number(port));
    // Each has a database of its own, in which its key has the same id.
    const options = {
      redisUrl: `redis://127.0.0.1:${proxy.port}/6`,
      config: { RATE_LIMIT_PER_MINUTE: quota },
    };
    first = await startTestApi(options);
    second = await startTestApi(options);
  });
  afterEach(async () => {
    await Promise.all([first.stop(), second.stop()]);
    await proxy.close();
  });

  test('count the requests of a key together', async () => {
    for (let count = 0; count < quota / 2; count++) await first.get(path);
    let own = 0;
    await waitFor(async () => {
      own++;
      return (await second.get(path)).status === 429;
    });
    expect(own).toBeLessThanOrEqual(quota);
    await waitFor(async () => (await first.get(path)).status === 429);
  });

  test('count the rows of a key together', async () => {
    const options = {
      redisUrl: `redis://127.0.0.1:${proxy.port}/6`,
      config: { RATE_LIMIT_ROWS_PER_MINUTE: 100 },
    };
    await using disposal = new AsyncDisposableStack();
    const [one, two] = [await startTestApi(options), await startTestApi(options)];
    for (const api of [one, two]) disposal.defer(() => api.stop());
    let sent = 0;
    const postRow = async (api: TestApi) => {
      const row = { account_id: 'a', amount: '1', currency: 'USD', date: '2026-01-31' };
      const transactions = [{ transaction_id: `t-${sent++}`, ...row }];
      return (await api.post('/api/integrations/transactions', { transactions })).status;
    };
    for (let count = 0; count < 50; count++) expect(await postRow(one)).toBe(202);
    await waitFor(async () => (await postRow(two)) === 429);
    // What came within a tenth of a second may be beyond it.
    expect(sent).toBeLessThanOrEqual(151);
    await waitFor(async () => (await postRow(one)) === 429);
  });

  test('count wrong passwords together', async () => {
    await insertUser(first, 'ada@example.com', 'viewer');
    await insertUser(second, 'ada@example.com', 'viewer');
    const signIn = (api: TestApi, password: string) =>
      api.post('/api/admin/session', { email: 'ada@example.com', password }, { Authorization: '' });
    const wrong = [];
    for (let count = 0; count < 10; count++) wrong.push(signIn(first, 'wrong'));
    for (const { status } of await Promise.all(wrong)) expect(status).toBe(401);
    await waitFor(async () => (await signIn(second, 'wrong')).status === 429);
    expect((await signIn(second, testPassword)).status).toBe(429);
  });

  test('each keep to the limit while Redis is away, and count together again when it is back', async () => {
    await proxy.cut();
    for (let left = quota - 1; left >= quota / 2; left--)
      expect(remaining((await first.get(path)).headers)).toBe(left);
    await proxy.restore();
    // What was counted meanwhile is told with the next.
    await waitFor(async () => {
      await first.get(path);
      return (await second.get(path)).status === 429;
    });
    // It may not have heard yet of what the second has counted last.
    await waitFor(async () => (await first.get(path)).status === 429);
  });
});
