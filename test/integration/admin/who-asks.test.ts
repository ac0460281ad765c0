import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createApp } from '../../../src/api/app.ts';
import type { ApiDependencies } from '../../../src/api/context.ts';
import { createSharedCounts } from '../../../src/cache/shared-counts.ts';
import { loadConfig } from '../../../src/config.ts';
import { insertUser, openSession } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

describe('the address of a client', () => {
  /** What the API takes for it, behind so many proxies. */
  async function addressBehind(hops: number, forwardedFor?: string): Promise<string> {
    const config = loadConfig({
      DATABASE_URL: 'postgres://nowhere',
      TRUSTED_PROXY_HOPS: String(hops),
    });
    const app = createApp({
      config,
      counts: createSharedCounts(undefined),
      stopping: new AbortController().signal,
      drained: new AbortController().signal,
    } as ApiDependencies);
    app.middleware.unshift(async (ctx) => {
      ctx.body = ctx.ip;
    });
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor },
    });
    const address = await response.text();
    server.close();
    server.closeAllConnections();
    return address;
  }

  test('is that of the connection, whatever the client says, without a proxy', async () => {
    expect(await addressBehind(0, '203.0.113.9')).toBe('127.0.0.1');
  });

  test('is the one that the outermost proxy has seen, whatever the client put before it', async () => {
    expect(await addressBehind(1, '203.0.113.9')).toBe('203.0.113.9');
    expect(await addressBehind(1, '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(await addressBehind(2, '198.51.100.1, 203.0.113.9, 10.0.0.1')).toBe('203.0.113.9');
  });

  test('is that of the connection where a proxy says nothing', async () => {
    expect(await addressBehind(1)).toBe('127.0.0.1');
  });
});

describe('the rate limit of users', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ config: { RATE_LIMIT_PER_MINUTE: 3 } });
  });
  afterAll(() => api.stop());

  test('is that of API keys, for all their sessions together', async () => {
    const userId = await insertUser(api, 'ada@example.com', 'viewer');
    const sessions = [await openSession(api, userId), await openSession(api, userId)] as const;
    const path = '/api/admin/categories';
    for (const remaining of [2, 1, 0]) {
      const { status, headers } = await api.get(path, sessions[(remaining % 2) as 0 | 1]);
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe('"per-user";q=3;w=60');
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"per-user";r=${remaining};t=\\d+$`));
    }
    const refused = await api.get<Problem>(path, sessions[0]);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await openSession(api, await insertUser(api, 'bob@example.com', 'viewer'));
    expect((await api.get(path, other)).status).toBe(200);
  });
});

describe('the access log', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ logger });
  });
  afterAll(() => api.stop());

  test('tells which user or API key has asked, and neither name nor address', async () => {
    const userId = await insertUser(api, 'ada@example.com', 'viewer');
    const session = await openSession(api, userId);
    await api.get('/api/admin/categories', session);
    await api.post('/api/admin/categories', { name: 'x' }, session);
    await api.get('/api/admin/categories');
    await api.get('/healthz', { Authorization: '' });
    const requests = lines.filter(({ msg }) => msg === 'request' || msg === 'refused');
    expect(requests.map((line) => [line.status, line.userId, line.apiKeyId])).toEqual([
      [200, userId, undefined],
      [403, userId, undefined],
      [200, undefined, expect.any(Number)],
      [200, undefined, undefined],
    ]);
    expect(JSON.stringify(lines)).not.toContain('ada@example.com');
  });
});
