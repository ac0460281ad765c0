import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ensureBootstrapKey } from '../../src/api/admin/bootstrap-key.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

const base = '/api/admin/api-keys';

/** Two processes that have started already. */
let first: TestApi;
let second: TestApi;
beforeAll(async () => {
  first = await startTestApi();
  second = await startTestApi({ beside: first });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

let lines: { level: number; msg: string }[];
const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
/** The start of another process, with this key. As the role that the API has. */
const start = (key: string) => ensureBootstrapKey(first.limitedDatabase, key, logger);

beforeEach(async () => {
  lines = [];
  await emptyTables(first.database);
  // The key of the tests itself is not to be revoked.
  await first
    .database('api_keys')
    .where({ is_bootstrap: true })
    .update({ is_bootstrap: false, name: 'test' });
});

const use = async (api: TestApi, key: string) =>
  (await api.get('/api/admin/categories', { Authorization: `Bearer ${key}` })).status;
const keys = () => first.database('api_keys').where({ is_bootstrap: true }).orderBy('id');
const entries = () => first.database('audit_log').orderBy('id');

test('makes the key of the environment, once, with all scopes and a prefix that tells nothing of it', async () => {
  const key = generateApiKey();
  await Promise.all([start(key), start(key), start(key)]);
  await start(key);
  const [stored, ...others] = await keys();
  expect(others).toEqual([]);
  expect((await first.get(`${base}/${stored.id}`)).body).toMatchObject({
    name: 'bootstrap',
    prefix: 'bootstrap',
    scopes: ['ingest', 'read', 'admin'],
    account_prefixes: [],
    created_by: null,
    status: 'live',
  });
  expect(await use(first, key)).toBe(200);
  expect(await entries()).toMatchObject([
    {
      actorType: 'system',
      actorName: 'environment',
      action: 'create',
      resource: 'api-keys',
      resourceId: String(stored.id),
    },
  ]);
  expect(JSON.stringify([stored, await entries(), lines])).not.toContain(key.slice(6, 12));
});

test('revokes the key that the variable had before, on every process within two seconds', async () => {
  const [former, next] = [generateApiKey(), generateApiKey()];
  await start(former);
  expect([await use(first, former), await use(second, former)]).toEqual([200, 200]);
  await start(next);
  const startedAt = Date.now();
  for (const api of [first, second]) await waitFor(async () => (await use(api, former)) === 401);
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  expect(await use(second, next)).toBe(200);
  const [one, other] = await keys();
  expect((await entries()).map(({ action, resourceId }) => [action, resourceId])).toEqual([
    ['create', String(one.id)],
    ['create', String(other.id)],
    ['revoke', String(one.id)],
  ]);
});

test('a process that starts with a former key changes nothing, and says so', async () => {
  const [former, next] = [generateApiKey(), generateApiKey()];
  await start(former);
  await start(next);
  lines = [];
  await start(former);
  expect([await use(first, former), await use(first, next)]).toEqual([401, 200]);
  expect(lines).toMatchObject([
    { level: 40, msg: 'the key of BOOTSTRAP_API_KEY is no longer good' },
  ]);
});

test('of processes that start with different keys at once, one key is left', async () => {
  const given = Array.from({ length: 4 }, generateApiKey);
  await Promise.all(given.map(start));
  const statuses = await Promise.all(given.map((key) => use(second, key)));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

test('a key that was revoked by hand stays revoked, and so does its successor stay', async () => {
  const key = generateApiKey();
  await start(key);
  const [{ id }] = await keys();
  const { body: successor } = await first.post(`${base}/${id}/rotate`, {});
  expect((await first.delete(`${base}/${id}`)).status).toBe(204);
  await start(key);
  await start(generateApiKey());
  expect([await use(first, key), await use(first, successor.key)]).toEqual([401, 200]);
});

test('a key of an earlier release is known as one of the environment, and shows none of its letters', async () => {
  const key = generateApiKey();
  await start(key);
  await keys().update({ is_bootstrap: false, prefix: key.slice(0, 12) });
  await start(key);
  expect(await keys()).toMatchObject([{ prefix: 'bootstrap' }]);
});

test('a key that can be guessed stops the start by the name of its variable', async () => {
  const weak = 'changeme-changeme-changeme-changeme';
  const server = path.resolve(import.meta.dirname, '../../src/server.ts');
  const failed = await promisify(execFile)(process.execPath, [server], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: first.databaseUrl,
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
      PORT: '0',
      METRICS_PORT: '0',
      BOOTSTRAP_API_KEY: weak,
    },
    timeout: 30_000,
  }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 1 });
  const said = failed.stdout + failed.stderr;
  expect(said).toContain('BOOTSTRAP_API_KEY: can be guessed');
  expect(said).not.toContain('changeme');
  expect(await keys()).toEqual([]);
});
