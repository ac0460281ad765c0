import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NativeConnection } from '@temporalio/worker';
import { createCache } from '../../src/cache/create-cache.ts';
import { loadConfig } from '../../src/config.ts';
import { createDatabase } from '../../src/db/connection/database.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { registerSearchAttributes } from '../../src/local/servers/register-search-attributes.ts';
import { createLogger } from '../../src/logger.ts';
import { redisServer, temporalSecurity } from '../../src/outgoing-connections.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { type Authority, type Certificate, createAuthority } from '../helpers/certificates.ts';
import { type Processes, startProcesses } from '../helpers/processes.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTlsProxy, type TlsProxy } from '../helpers/tls-proxy.ts';
import { waitFor } from '../helpers/wait-for.ts';

const key = generateApiKey();

let folder: string;
let db: TestDatabase;
let authority: Authority;
let stranger: Authority;
let server: Certificate;
let own: Certificate;
let postgres: TlsProxy;
let redis: TlsProxy;
let temporal: TlsProxy;
let environment: Record<string, string>;

const address = (url: string | undefined) => {
  const { hostname, port } = new URL(url as string);
  return { host: hostname, port: Number(port) };
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-tls-'));
  db = await createTestDatabase();
  [authority, stranger] = await Promise.all([
    createAuthority(folder, 'ours'),
    createAuthority(folder, 'theirs'),
  ]);
  server = await authority.issue('servers.test', 'IP:127.0.0.1');
  own = await authority.issue('tallyflow.test');
  const common = { certificate: server, clientAuthority: authority.cert };
  postgres = await startTlsProxy({
    ...common,
    target: address(process.env.TEST_DATABASE_URL),
    isPostgres: true,
  });
  redis = await startTlsProxy({ ...common, target: address(process.env.TEST_REDIS_URL) });
  temporal = await startTlsProxy({
    ...common,
    target: address(`tcp://${process.env.TEST_TEMPORAL_ADDRESS}`),
  });
  environment = {
    DATABASE_URL: databaseUrl({ sslrootcert: authority.cert, ...clientPair(own) }),
    REDIS_URL: `rediss://127.0.0.1:${redis.port}/7`,
    REDIS_CA_FILE: authority.cert,
    REDIS_CERT_FILE: own.cert,
    REDIS_KEY_FILE: own.key,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
    TEMPORAL_TLS: 'true',
    TEMPORAL_CA_FILE: authority.cert,
    TEMPORAL_CERT_FILE: own.cert,
    TEMPORAL_KEY_FILE: own.key,
    TEMPORAL_NAMESPACE: await createTestNamespace(),
  };
});
afterAll(async () => {
  await Promise.all([postgres, redis, temporal].map((proxy) => proxy?.close()));
  await db.drop();
  await rm(folder, { recursive: true, force: true });
});

const clientPair = ({ cert, key }: Certificate) => ({ sslcert: cert, sslkey: key });

function databaseUrl(parameters: Record<string, string>, port = postgres.port): string {
  const url = new URL(db.url);
  url.port = String(port);
  url.search = new URLSearchParams({ sslmode: 'verify-full', ...parameters }).toString();
  return url.href;
}

describe('API and worker', () => {
  let processes: Processes;
  beforeAll(async () => {
    await registerSearchAttributes(
      process.env.TEST_TEMPORAL_ADDRESS as string,
      environment.TEMPORAL_NAMESPACE as string,
    );
    processes = await startProcesses(folder, {
      ...environment,
      BOOTSTRAP_API_KEY: key,
      ADMIN_PASSWORD: 'a password of an admin',
    });
  });
  afterAll(() => processes?.stop());

  test('capture, process and report over encrypted connections alone, and show their certificate', async () => {
    const { url } = processes;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const posted = await fetch(`${url}/api/integrations/transactions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        transactions: [
          {
            transaction_id: 't',
            account_id: 'a',
            amount: '-1',
            currency: 'USD',
            date: '2026-01-31',
          },
        ],
      }),
    });
    const { batch_id } = (await posted.json()) as { batch_id: string };
    await waitFor(async () => {
      const answer = await fetch(`${url}/api/integrations/batches/${batch_id}`, { headers });
      return ((await answer.json()) as { status: string }).status === 'completed';
    });
    // On a busy machine one of the checks may have taken too long.
    await waitFor(async () => {
      const { status } = (await (await fetch(`${url}/readyz`)).json()) as { status: string };
      return status === 'ready';
    });
    // The console's events make the API listen on a connection beside the pool.
    const before = postgres.clients.length;
    const events = await fetch(`${url}/api/admin/events`, { headers });
    await waitFor(async () => {
      const { rows } = await db.database.raw(
        `SELECT FROM pg_stat_activity WHERE application_name = 'tallyflow-changes' AND datname = current_database()`,
      );
      return rows.length === 1;
    });
    await events.body?.cancel();
    expect(postgres.clients.length).toBeGreaterThan(before);
    for (const { clients } of [postgres, redis, temporal]) {
      expect(clients.length).toBeGreaterThan(0);
      expect([...new Set(clients)]).toEqual(['tallyflow.test']);
    }
  });
});

describe('a server is refused', () => {
  const logger = createLogger('test', 'silent');
  const withEnvironment = (changes: Record<string, string>) =>
    loadConfig({ ...environment, ...changes });

  async function databaseAnswers(url: string): Promise<boolean> {
    const database = createDatabase({
      url,
      poolSize: 1,
      applicationName: 'tallyflow-test',
      statementTimeoutMs: 5_000,
    });
    try {
      return await database.raw('SELECT 1').then(
        () => true,
        () => false,
      );
    } finally {
      await database.destroy();
    }
  }
  async function redisAnswers(changes: Record<string, string>): Promise<boolean> {
    const cache = await createCache(redisServer(withEnvironment(changes)), logger);
    const status = await cache.status();
    await cache.close();
    return status === 'up';
  }
  async function temporalAnswers(changes: Record<string, string>): Promise<[boolean, boolean]> {
    const config = withEnvironment(changes);
    const security = temporalSecurity(config);
    const { probe, close } = connectLazily(config.TEMPORAL_ADDRESS, 'default', security);
    const byApi = await probe.isUp();
    await close();
    const byWorker = await NativeConnection.connect({
      address: config.TEMPORAL_ADDRESS,
      ...security,
    }).then(
      async (connection) => {
        await connection.close();
        return true;
      },
      () => false,
    );
    return [byApi, byWorker];
  }

  test('by nobody who has its authority and a certificate', async () => {
    expect(await databaseAnswers(environment.DATABASE_URL as string)).toBe(true);
    expect(await redisAnswers({})).toBe(true);
    expect(await temporalAnswers({})).toEqual([true, true]);
  });

  test('where somebody else has signed its certificate', async () => {
    const parameters = { sslrootcert: stranger.cert, ...clientPair(own) };
    expect(await databaseAnswers(databaseUrl(parameters))).toBe(false);
    expect(await redisAnswers({ REDIS_CA_FILE: stranger.cert })).toBe(false);
    expect(await temporalAnswers({ TEMPORAL_CA_FILE: stranger.cert })).toEqual([false, false]);
  });

  test('where its certificate has another name', async () => {
    const other = await startTlsProxy({
      target: address(process.env.TEST_DATABASE_URL),
      certificate: await authority.issue('elsewhere.test'),
      isPostgres: true,
    });
    expect(await databaseAnswers(databaseUrl({ sslrootcert: authority.cert }, other.port))).toBe(
      false,
    );
    await other.close();
    const wrongName = { TEMPORAL_SERVER_NAME: 'elsewhere.test' };
    expect(await temporalAnswers(wrongName)).toEqual([false, false]);
  });

  test('and a client without a certificate is refused by it', async () => {
    expect(await databaseAnswers(databaseUrl({ sslrootcert: authority.cert }))).toBe(false);
    expect(await redisAnswers({ REDIS_CERT_FILE: '', REDIS_KEY_FILE: '' })).toBe(false);
    const without = { TEMPORAL_CERT_FILE: '', TEMPORAL_KEY_FILE: '' };
    expect(await temporalAnswers(without)).toEqual([false, false]);
  });
});

test('a key for Temporal goes along with each call of API and worker, encrypted', async () => {
  const seen: (string | undefined)[] = [];
  const cloud = createSecureServer({
    cert: readFileSync(server.cert),
    key: readFileSync(server.key),
  });
  cloud.on('stream', (stream, headers) => {
    seen.push(headers.authorization);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // An empty message: every field has its default.
    stream.end(Buffer.alloc(5));
  });
  cloud.listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  const config = loadConfig({
    ...environment,
    TEMPORAL_ADDRESS: `127.0.0.1:${(cloud.address() as AddressInfo).port}`,
    TEMPORAL_API_KEY: 'key-of-the-cloud',
  });
  const security = temporalSecurity(config);
  const { probe, close } = connectLazily(config.TEMPORAL_ADDRESS, 'default', security);
  expect(await probe.isUp()).toBe(true);
  await close();
  const byApi = seen.length;
  const connection = await NativeConnection.connect({
    address: config.TEMPORAL_ADDRESS,
    ...security,
  });
  await connection.close();
  expect(seen.length).toBeGreaterThan(byApi);
  expect([...new Set(seen)]).toEqual(['Bearer key-of-the-cloud']);
  cloud.close();
});

describe('a configuration that would encrypt only in part is refused', () => {
  test.each([
    [
      'a certificate without its key',
      { TEMPORAL_TLS: 'true', TEMPORAL_CERT_FILE: 'x' },
      'TEMPORAL_KEY_FILE',
    ],
    [
      'a key without its certificate',
      { REDIS_URL: 'rediss://x', REDIS_KEY_FILE: 'x' },
      'REDIS_CERT_FILE',
    ],
    [
      'an authority for a Redis without TLS',
      { REDIS_URL: 'redis://x', REDIS_CA_FILE: 'x' },
      'REDIS_URL',
    ],
    ['a key for a Temporal without TLS', { TEMPORAL_API_KEY: 'a-key' }, 'TEMPORAL_TLS'],
    ['an authority for a Temporal without TLS', { TEMPORAL_CA_FILE: 'x' }, 'TEMPORAL_TLS'],
  ])('%s', (_, env, variable) => {
    const load = () => loadConfig({ DATABASE_URL: 'postgres://x', ...env });
    expect(load).toThrow(variable);
    expect(load).not.toThrow(/a-key/);
  });
});
