import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type Router from '@koa/router';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Koa from 'koa';
import { createApp } from '../../src/api/app.ts';
import type { ApiState } from '../../src/api/context.ts';
import { problemDetails } from '../../src/api/middleware/problem-details.ts';
import { BacklogWatch } from '../../src/api/operations/backlog-watch.ts';
import type { Readiness } from '../../src/api/operations/schema.ts';
import { readThroughputTotals } from '../../src/cache/read-throughput-totals.ts';
import { createSharedCounts } from '../../src/cache/shared-counts.ts';
import { Throughput } from '../../src/cache/throughput.ts';
import { loadConfig } from '../../src/config.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { createLogger } from '../../src/logger.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { SweepScheduleOperations } from '../../src/temporal/operate-sweep-schedule.ts';
import { WorkflowStarter } from '../../src/temporal/workflow-starter.ts';
import { addKey } from '../helpers/add-key.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Through these the API reaches its servers. */
let postgres: TcpProxy;
let temporal: TcpProxy;
let redis: TcpProxy;
let api: TestApi;

beforeAll(async () => {
  const proxyTo = (address: string | undefined) => {
    const { hostname, port } = new URL(address as string);
    return startTcpProxy(hostname, Number(port));
  };
  postgres = await proxyTo(process.env.TEST_DATABASE_URL);
  temporal = await proxyTo(`tcp://${process.env.TEST_TEMPORAL_ADDRESS}`);
  redis = await proxyTo(process.env.TEST_REDIS_URL);
  const databaseUrl = new URL(process.env.TEST_DATABASE_URL as string);
  databaseUrl.host = `127.0.0.1:${postgres.port}`;
  api = await startTestApi({
    databaseUrl: databaseUrl.href,
    redisUrl: `redis://127.0.0.1:${redis.port}/4`,
    config: { TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}` },
  });
});

afterEach(async () => {
  await Promise.all([postgres.restore(), temporal.restore(), redis.restore()]);
  await untilReady();
});

afterAll(async () => {
  await api.stop();
  await Promise.all([postgres.close(), temporal.close(), redis.close()]);
});

const transactions = '/api/integrations/transactions';
const batchOf = (id: string) => ({
  transactions: [
    { transaction_id: id, account_id: 'acc-1', amount: '-1', currency: 'USD', date: '2026-01-31' },
  ],
});

const readiness = () => api.get<Readiness>('/readyz', { Authorization: '' });
/** Waits for exactly this answer. On a busy machine another server may seem away for a moment. */
const untilAnswered = (status: number, body: Readiness) =>
  waitFor(async () => {
    const answer = await readiness();
    return isDeepStrictEqual([answer.status, answer.body], [status, body]) && answer;
  }, patienceMs);
const untilReady = () => waitFor(async () => (await readiness()).body.status === 'ready');

/** What a client may wait for an answer while something is away. */
const patienceMs = 5_000;
async function within<Result>(work: Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await work;
  expect(performance.now() - startedAt).toBeLessThan(patienceMs);
  return result;
}

describe('GET /healthz', () => {
  it('answers without a key, even with everything away', async () => {
    await Promise.all([postgres.cut(), temporal.cut(), redis.cut()]);
    expect(await api.get('/healthz', { Authorization: '' })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });
});

describe('GET /readyz', () => {
  it('asks the servers once a second, however many want to know', async () => {
    let looks = 0;
    const count = ({ sql }: { sql: string }) => {
      if (sql === 'SELECT 1') looks++;
    };
    api.limitedDatabase.on('query', count);
    const startedAt = performance.now();
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 50 }, () => readiness()));
    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    api.limitedDatabase.off('query', count);
    expect(looks).toBeLessThanOrEqual(seconds);
  });

  const ready: Readiness = {
    status: 'ready',
    database: 'up',
    temporal: 'up',
    cache: 'up',
    key_publishing: 'unused',
  };

  it('is ready with all servers there', async () => {
    await untilReady();
    expect(await readiness()).toMatchObject({ status: 200, body: ready });
  });

  it.each<[keyof Readiness, () => TcpProxy]>([
    ['temporal', () => temporal],
    ['cache', () => redis],
  ])('is degraded while the %s is away, and ready when it is back', async (name, proxy) => {
    await untilReady();
    const degraded: Readiness = { ...ready, status: 'degraded', [name]: 'away' };
    await proxy().cut();
    await within(untilAnswered(200, degraded));
    await proxy().restore();
    await untilReady();
    proxy().mute();
    await within(untilAnswered(200, degraded));
    await proxy().restore();
    await untilReady();
  });

  it('is unready while the database is away, and ready when it is back', async () => {
    for (const takeAway of [postgres.cut, postgres.mute]) {
      await untilReady();
      await takeAway();
      const unready: Readiness = { ...ready, status: 'unready', database: 'away' };
      const answer = await within(untilAnswered(503, unready));
      expect(answer.headers.get('retry-after')).toBe('5');
      await postgres.restore();
    }
    await untilReady();
  });
});

describe('ingestion', () => {
  const unavailable = { status: 503, body: { code: 'database_unavailable' } };

  it('says 503 and when to try again while PostgreSQL is away, and works when it is back', async () => {
    expect((await api.post(transactions, batchOf('before'))).status).toBe(202);
    await postgres.cut();
    // The key was just used, so that only storing needs the database.
    const answer = await within(api.post<Problem>(transactions, batchOf('away')));
    expect(answer).toMatchObject(unavailable);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|127\.0\.0\.1|stack/);
    await postgres.restore();
    expect((await api.post(transactions, batchOf('after'))).status).toBe(202);
    const ids = await api.database('transactions').orderBy('id').pluck('transaction_id');
    expect(ids).toEqual(['before', 'after']);
  });

  it('says so too when the key cannot be looked up', async () => {
    await postgres.cut();
    const headers = { Authorization: 'Bearer some-key-that-is-not-remembered' };
    const answer = await within(api.post<Problem>(transactions, batchOf('t'), headers));
    expect(answer).toMatchObject(unavailable);
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('captures batches while Temporal and the cache are away', async () => {
    await Promise.all([temporal.cut(), redis.cut()]);
    const answer = await within(api.post(transactions, batchOf('alone')));
    expect(answer).toMatchObject({ status: 202, body: { transaction_count: 1 } });
  });
});

describe('errors of PostgreSQL', () => {
  /** What a route answers that throws what this rejects with. */
  async function answerTo(work: () => Promise<unknown>) {
    const app = new Koa<ApiState>();
    app.use(problemDetails());
    app.use(async () => {
      await work();
    });
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const body = (await response.json()) as Problem;
    server.close();
    server.closeAllConnections();
    return {
      status: response.status,
      code: body.code,
      retryAfter: response.headers.get('retry-after'),
    };
  }

  it('a statement that ran out of time is 503', async () => {
    const answer = await answerTo(() =>
      api.database.transaction(async (trx) => {
        await trx.raw('SET LOCAL statement_timeout = 10');
        await trx.raw('SELECT pg_sleep(10)');
      }),
    );
    expect(answer).toEqual({ status: 503, code: 'overloaded', retryAfter: '5' });
  });

  it('a connection that breaks under a statement is 503', async () => {
    const statement = `SELECT pg_sleep(10), '${api.url}'`;
    const isRunning = async () => {
      const { rows } = await api.database.raw(`SELECT FROM pg_stat_activity WHERE query = ?`, [
        statement,
      ]);
      return rows.length > 0;
    };
    const answer = answerTo(() => api.database.raw(statement));
    await waitFor(isRunning);
    await postgres.cut();
    expect(await answer).toEqual({ status: 503, code: 'database_unavailable', retryAfter: '5' });
  });

  it.each([
    ['a deadlock', '40P01', { status: 503, code: 'overloaded', retryAfter: '1' }],
    ['a serialization failure', '40001', { status: 503, code: 'overloaded', retryAfter: '1' }],
    ['no room', '53100', { status: 503, code: 'database_unavailable', retryAfter: '5' }],
    ['the same key twice', '23505', { status: 409, code: 'conflict', retryAfter: null }],
    ['a reference to nothing', '23503', { status: 409, code: 'conflict', retryAfter: null }],
    ['a mistake of ours', '42601', { status: 500, code: 'internal_error', retryAfter: null }],
  ])('%s (%s) is told by its SQLSTATE', async (_, sqlState, expected) => {
    await api.database.raw(
      `CREATE OR REPLACE FUNCTION fail() RETURNS boolean LANGUAGE plpgsql AS $$
         BEGIN RAISE SQLSTATE '${sqlState}'; END $$`,
    );
    expect(await answerTo(() => api.database.raw('SELECT fail()'))).toEqual(expected);
    // Objection puts errors of its own around those of the driver.
    const query = Batch.query(api.database);
    expect(await answerTo(async () => query.select(api.database.raw('fail()')))).toEqual(expected);
  });
});

describe('GET /openapi.json', () => {
  interface Operation {
    operationId: string;
    parameters?: { name: string; in: string }[];
  }
  interface Document {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  }
  const readDocument = async () =>
    (await api.get<Document>('/openapi.json', { Authorization: '' })).body;

  /** Those that describe the API instead of being part of it. */
  const isAboutApi = (path: string) =>
    path === '/openapi.json' || /^\/(docs|admin)([/{]|$)/.test(path);
  /** Without the names of parameters, and without the trailing slash that all paths may have. */
  const plain = (path: string) => path.replace(/:\w+|\{\w+\}/g, '{}').replace(/(.)\/$/, '$1');

  function routes(): string[] {
    const config = loadConfig({ DATABASE_URL: 'postgres://127.0.0.1/none' });
    const logger = createLogger('api', 'silent');
    const { client, probe } = connectLazily(config.TEMPORAL_ADDRESS, 'default');
    const app = createApp({
      config,
      database: api.limitedDatabase,
      readDatabase: api.readDatabase,
      exportDatabase: api.readDatabase,
      cache: api.cache,
      counts: createSharedCounts(undefined),
      workflowStarter: new WorkflowStarter(client, 'none', logger),
      temporal: probe,
      sweepSchedule: new SweepScheduleOperations(client),
      backlog: new BacklogWatch(api.readDatabase),
      keyChanges: undefined,
      throughput: new Throughput(readThroughputTotals, undefined),
      logger,
      stopping: new AbortController().signal,
      drained: new AbortController().signal,
    });
    return app.middleware
      .flatMap((middleware) => (middleware as { router?: Router }).router?.stack ?? [])
      .filter((layer) => !isAboutApi(String(layer.path)))
      .flatMap((layer) =>
        layer.methods
          .filter((method) => method !== 'HEAD')
          .map((method) => `${method} ${plain(String(layer.path))}`),
      );
  }

  it('is an OpenAPI 3.1 document', async () => {
    const document = await readDocument();
    expect(document.openapi).toMatch(/^3\.1\./);
    const ajv = new Ajv2020({ strict: false, formats: { 'media-range': true } });
    addFormats.default(ajv);
    // https://spec.openapis.org/oas/3.1/schema/2025-11-23
    const schema = await readFile(
      new URL('../fixtures/openapi-schema.json', import.meta.url),
      'utf8',
    );
    // Ajv mistakes the place that the dynamic reference means; the schema has but one such anchor.
    const isValid = ajv.compile(
      JSON.parse(schema.replaceAll('"$dynamicRef": "#meta"', '"$ref": "#/$defs/schema"')),
    );
    isValid(document);
    expect(isValid.errors).toBeNull();
  });

  it('has valid JSON Schemas, whose references all lead somewhere', async () => {
    const document = await readDocument();
    const ajv = new Ajv2020({ strict: false, formats: { 'media-range': true } });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'openapi' });
    for (const name of Object.keys(document.components.schemas))
      expect(ajv.compile({ $ref: `openapi#/components/schemas/${name}` })).toBeDefined();
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(10);
    for (const [, pointer] of refs) expect(ajv.getSchema(`openapi#${pointer}`)).toBeDefined();
  });

  it('has an operation for every route, and a route for every operation', async () => {
    const { paths } = await readDocument();
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${plain(path)}`),
    );
    expect(operations.length).toBeGreaterThan(20);
    expect(operations.sort()).toEqual(routes().sort());
  });

  it('names each operation once, and each parameter of its path', async () => {
    const { paths } = await readDocument();
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, ...operation })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, parameters = [] } of operations) {
      const named = parameters.filter((parameter) => parameter.in === 'path');
      expect(named.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
  });
});

describe('GET /docs', () => {
  it('is a page whose parts all come from here', async () => {
    const page = await fetch(`${api.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    // The content security policy allows no script within the page.
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url as string)
      .filter((url) => !url.startsWith('data:'));
    expect(parts).toEqual(['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/start.js']);
    for (const part of parts) {
      const asset = await fetch(api.url + part);
      expect([part, asset.status]).toEqual([part, 200]);
      expect(asset.headers.get('content-type')).toMatch(
        part.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
      );
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
  });

  it.each(['nothing.js', 'package.json', '..%2fpackage.json', 'constructor', '__proto__'])(
    'has no %s',
    async (name) => {
      expect((await api.get(`/docs/${name}`)).status).toBe(404);
    },
  );
});

describe('every answer', () => {
  it.each([
    ['of a page', '/docs', 200],
    ['of the process', '/healthz', 200],
    ['to a caller without a key', '/api/integrations/batches', 401],
    ['of nothing', '/nothing', 404],
  ])('%s has the headers that keep browsers safe', async (_, path, status) => {
    const answer = await api.get(path, { Authorization: '' });
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('script-src');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.get('x-request-id')).toMatch(/./);
  });

  it('carries the request id that was sent, where it is sane, and a new one otherwise', async () => {
    const idFor = async (id: string) =>
      (await api.get('/healthz', { 'X-Request-Id': id })).headers.get('x-request-id');
    for (const sane of ['abc-1', 'A.b_c:d/e+f=g@h', 'x'.repeat(128)])
      expect(await idFor(sane)).toBe(sane);
    for (const insane of ['x'.repeat(129), 'a b', 'a"b', '<b>', ''])
      expect(await idFor(insane)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('a b')).not.toBe(await idFor('a b'));
  });

  it('that is an error is a problem in JSON', async () => {
    const answer = await api.get('/nothing/here?secret=1', { 'X-Request-Id': 'req-1' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:tallyflow:problem:not-found',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at /nothing/here.',
      instance: '/nothing/here',
      code: 'not_found',
      request_id: 'req-1',
    });
  });
});

describe('methods', () => {
  it.each(['/healthz', '/docs', '/openapi.json', '/api/integrations/batches'])(
    'HEAD %s answers as GET, without the body',
    async (path) => {
      const get = await fetch(api.url + path, { headers: { Authorization: `Bearer ${api.key}` } });
      const head = await fetch(api.url + path, {
        method: 'HEAD',
        headers: { Authorization: `Bearer ${api.key}` },
      });
      expect([head.status, await head.text()]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length'])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
    },
  );

  it('HEAD of nothing has no body either', async () => {
    const head = await fetch(`${api.url}/nothing`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([404, '']);
  });

  it.each([
    ['/api/integrations/transactions/', ['POST']],
    ['/api/integrations/batches', ['GET', 'HEAD']],
    ['/api/reports/account/acc-1/summary', ['GET', 'HEAD']],
    ['/api/admin/categories/1', ['DELETE', 'GET', 'HEAD', 'PATCH']],
  ])('OPTIONS %s says which are allowed', async (path, methods) => {
    const { status, headers } = await api.send('OPTIONS', path);
    expect(status).toBe(200);
    expect(headers.get('allow')?.split(', ').sort()).toEqual(methods);
  });

  it('that are not allowed are a problem that says which are', async () => {
    const { status, headers, body } = await api.send<Problem>('PUT', '/api/admin/categories/1');
    expect([status, body.code]).toEqual([405, 'method_not_allowed']);
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
  });

  it('that are allowed need no word about the others', async () => {
    const { status, headers } = await api.get('/api/integrations/batches');
    expect([status, headers.get('allow')]).toEqual([200, null]);
  });
});

describe('the rate limit', () => {
  let limited: TestApi;
  beforeAll(async () => {
    limited = await startTestApi({ config: { RATE_LIMIT_PER_MINUTE: 3 } });
  });
  afterAll(() => limited.stop());

  it('lets each key make so many requests a minute, and refuses one more', async () => {
    const path = '/api/integrations/batches';
    for (const remaining of [2, 1, 0]) {
      const { status, headers } = await limited.get(path);
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe('"per-key";q=3;w=60');
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"per-key";r=${remaining};t=\\d+$`));
      expect(headers.has('retry-after')).toBe(false);
    }
    const { status, headers, body } = await limited.get<Problem>(path);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(headers.get('ratelimit')).toMatch(/^"per-key";r=0;t=\d+$/);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    // It is one limit for all that the key may do.
    expect((await limited.post(transactions, batchOf('t'))).status).toBe(429);
    // And none for what needs no key.
    expect((await limited.get('/healthz')).status).toBe(200);
  });

  it('leaves other keys alone', async () => {
    const other = await addKey(limited, 'other', ['read']);
    expect((await limited.get('/api/integrations/batches', other)).status).toBe(200);
  });
});
