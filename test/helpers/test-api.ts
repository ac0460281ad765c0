import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from '../../src/api/app.ts';
import { keepAliveTimeoutMs } from '../../src/api/draining-server.ts';
import { BacklogWatch } from '../../src/api/operations/backlog-watch.ts';
import { KeyChangesWatch } from '../../src/api/operations/key-changes-watch.ts';
import type { Cache } from '../../src/cache/cache.ts';
import { createCache } from '../../src/cache/create-cache.ts';
import { readThroughputTotals } from '../../src/cache/read-throughput-totals.ts';
import { createSharedCounts } from '../../src/cache/shared-counts.ts';
import { Throughput } from '../../src/cache/throughput.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { closeApiPools, createApiPools } from '../../src/db/connection/api-pools.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import { scopes } from '../../src/domain/scope.ts';
import { createLogger } from '../../src/logger.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { SweepScheduleOperations } from '../../src/temporal/operate-sweep-schedule.ts';
import { WorkflowStarter } from '../../src/temporal/workflow-starter.ts';
import { createTestDatabase } from './test-database.ts';

/** Each test checks itself what it expects of a body. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

export interface Answer<Body> {
  status: number;
  headers: Headers;
  /** The parsed JSON; null if there is none. */
  body: Body;
}

/** The members of an RFC 9457 problem that tests look at. */
export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string; line?: number }[];
}

type RequestHeaders = Record<string, string>;

/** An API under test. Requests carry a key with all scopes, unless their headers say something else. */
export interface TestApi {
  url: string;
  /** An API key with all scopes. */
  key: string;
  /** The database with the rights of its owner. The API's own role has fewer. */
  database: Database;
  /** The database with the rights of the API, for a worker beside it. */
  limitedDatabase: Database;
  /** The pool from which the API reads. */
  readDatabase: Database;
  /** The URL for the role of the API. */
  databaseUrl: string;
  cache: Cache;
  get<Body = Json>(path: string, headers?: RequestHeaders): Promise<Answer<Body>>;
  delete<Body = Json>(path: string, headers?: RequestHeaders): Promise<Answer<Body>>;
  /** Sends JSON, or no body for undefined. */
  post<Body = Json>(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer<Body>>;
  patch<Body = Json>(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer<Body>>;
  /** Sends the body unchanged. */
  send<Body = Json>(
    method: string,
    path: string,
    body?: RequestInit['body'],
    headers?: RequestHeaders,
  ): Promise<Answer<Body>>;
  /** Does what the process does first when it is told to stop. */
  beginStopping(): void;
  stop(): Promise<void>;
}

export interface TestApiOptions {
  config?: Partial<Config>;
  /** For a suite that must not share its Redis database with one that runs at the same time. */
  redisDatabase?: number;
  /** Other addresses of the servers, for a suite that disconnects one. */
  databaseUrl?: string;
  /** Null for a suite in which limits must count exactly: Redis may have run a command that a busy machine gave up. */
  redisUrl?: string | null;
  /** Makes it another process of the same installation, with the same database and key. */
  beside?: TestApi;
  /** The longest that a reader waits for a connection. */
  readTimeoutMs?: number;
  /** How long a transaction that captures rows may wait for the next ones. */
  streamIdleMs?: number;
  /** The API's logger, which is silent unless a suite reads it. */
  logger?: Logger;
}

/** Starts the whole API on a free port, with a database of its own, an empty cache, and a task queue without a worker. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { beside } = options;
  const key = beside?.key ?? `test_${randomUUID()}`;
  const testDatabase =
    beside === undefined
      ? await createTestDatabase(options.databaseUrl)
      : { database: beside.database, url: beside.databaseUrl, drop: async () => {} };
  const { database, url: databaseUrl, drop } = testDatabase;
  const config = {
    ...loadConfig({
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
      TEMPORAL_TASK_QUEUE: `test-${randomUUID()}`,
      LOG_LEVEL: 'silent',
    }),
    ...options.config,
  };
  const pools = createApiPools({
    url: databaseUrl,
    poolSize: config.DATABASE_POOL_SIZE,
    readPoolSize: config.DATABASE_READ_POOL_SIZE,
    exportPoolSize: config.DATABASE_EXPORT_POOL_SIZE,
    ...(options.readTimeoutMs !== undefined && { readTimeoutMs: options.readTimeoutMs }),
    ...(options.streamIdleMs !== undefined && { streamIdleMs: options.streamIdleMs }),
  });
  const logger = options.logger ?? createLogger('api', config.LOG_LEVEL);
  const redisUrl =
    options.redisUrl === undefined ? testRedisUrl(options.redisDatabase) : options.redisUrl;
  const redis = redisUrl ? { url: redisUrl } : undefined;
  const cache = await createCache(redis, logger);
  const counts = createSharedCounts(redis);
  const throughput = new Throughput(readThroughputTotals, redis);
  if (beside === undefined) await cache.deleteByPrefix('');
  const temporal = connectLazily(config.TEMPORAL_ADDRESS, config.TEMPORAL_NAMESPACE);
  const workflowStarter = new WorkflowStarter(temporal.client, config.TEMPORAL_TASK_QUEUE, logger);
  if (beside === undefined)
    await database('api_keys').insert({
      name: 'bootstrap',
      prefix: 'bootstrap',
      key_hash: hashApiKey(key),
      scopes: [...scopes],
      is_bootstrap: true,
    });
  const stopping = new AbortController();
  const drained = new AbortController();
  const app = createApp({
    config,
    ...pools,
    cache,
    counts,
    workflowStarter,
    temporal: temporal.probe,
    sweepSchedule: new SweepScheduleOperations(temporal.client),
    backlog: new BacklogWatch(pools.readDatabase),
    keyChanges:
      config.KAFKA_BROKERS === undefined ? undefined : new KeyChangesWatch(pools.readDatabase),
    throughput,
    logger,
    stopping: stopping.signal,
    drained: drained.signal,
  });
  // As the real server: with the default of 5 s, a suite that pauses may write on a connection that is just being closed.
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, app.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function send<Body>(
    method: string,
    path: string,
    body?: RequestInit['body'],
    headers: RequestHeaders = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...headers },
      body: body ?? null,
    });
    const type = response.headers.get('content-type') ?? '';
    // An event stream may go on for ever.
    const isStream = type.startsWith('text/event-stream');
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    const isJson = /[/+]json/.test(type);
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : null) as Body,
    };
  }

  const sendJson = <Body>(
    method: string,
    path: string,
    body: unknown,
    headers: RequestHeaders = {},
  ): Promise<Answer<Body>> =>
    body === undefined
      ? send(method, path, undefined, headers)
      : send(method, path, JSON.stringify(body), {
          'Content-Type': 'application/json',
          ...headers,
        });

  return {
    url,
    key,
    database,
    databaseUrl,
    limitedDatabase: pools.database,
    readDatabase: pools.readDatabase,
    cache,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
    post: (path, body, headers) => sendJson('POST', path, body, headers),
    patch: (path, body, headers) => sendJson('PATCH', path, body, headers),
    beginStopping: () => stopping.abort(),
    async stop() {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      drained.abort();
      await workflowStarter.drain(1_000);
      await Promise.all([cache.close(), counts.close(), throughput.close(), temporal.close()]);
      await closeApiPools(pools);
      await drop();
    },
  };
}

/** Returns a Redis database for each suite that runs at the same time: the one it names, or one by Jest's worker. */
export function testRedisUrl(database?: number): string | undefined {
  const server = process.env.TEST_REDIS_URL;
  if (server === undefined || server === '') return undefined;
  const url = new URL(server);
  const isChosen = url.pathname.length > 1;
  if (!isChosen) url.pathname = `/${database ?? 8 + (Number(process.env.JEST_WORKER_ID ?? 1) % 8)}`;
  return url.href;
}
