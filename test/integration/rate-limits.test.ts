import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { insertUser, openSession, testPassword } from '../helpers/sign-in.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

const path = '/api/integrations/batches';
const remaining = (headers: Headers) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);

describe('requests without good credentials', () => {
  const quota = 3;
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi({ redisDatabase: 5, config: { UNAUTHENTICATED_PER_MINUTE: quota } });
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
    expect((await first.get(path)).status).toBe(429);
  });
});
