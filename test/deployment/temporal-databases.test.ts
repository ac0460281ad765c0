import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';

const script = path.resolve(import.meta.dirname, '../../deploy/temporal/create-databases.sql');
const server = process.env.TEST_DATABASE_URL as string;
let admin: Database;

const urlOf = (user: string, database = 'postgres'): string => {
  const url = new URL(server);
  url.username = user;
  url.password = 'password';
  url.pathname = database;
  return url.href;
};

function create(url: string, password = 'password') {
  const { status, stderr, error } = spawnSync(
    'psql',
    ['--no-psqlrc', '--quiet', `--file=${script}`, url],
    { env: { PATH: process.env.PATH, TEMPORAL_DATABASE_PASSWORD: password }, encoding: 'utf8' },
  );
  if (error) throw new Error('The test needs "psql" on the PATH.', { cause: error });
  return { status, stderr };
}

async function drop(): Promise<void> {
  for (const name of ['temporal', 'temporal_visibility'])
    await admin.raw(`DROP DATABASE IF EXISTS ${name}`);
  await admin.raw('DROP ROLE IF EXISTS temporal');
  await admin.raw('DROP ROLE IF EXISTS test_owner, test_other');
}

beforeEach(async () => {
  admin = createDatabase({
    url: server,
    poolSize: 1,
    applicationName: 'temporal-databases',
    statementTimeoutMs: 0,
  });
  await drop();
  // As the master user of Amazon RDS is.
  await admin.raw("CREATE ROLE test_owner LOGIN CREATEROLE CREATEDB PASSWORD 'password'");
  await admin.raw("CREATE ROLE test_other LOGIN PASSWORD 'password'");
});

afterEach(async () => {
  await drop();
  await admin.destroy();
});

/** What a role can do in a database, or how it is refused. */
async function connect(user: string, database: string): Promise<string> {
  const { stdout, stderr } = spawnSync(
    'psql',
    ['--no-psqlrc', '--tuples-only', '--command=SELECT current_user', urlOf(user, database)],
    { encoding: 'utf8' },
  );
  return (stdout + stderr).trim();
}

test.each([
  ['a superuser', () => server],
  ['a role that may create roles and databases', () => urlOf('test_owner')],
])('%s creates what only the role of Temporal can use, and may repeat it', async (_, url) => {
  expect(create(url()).status).toBe(0);
  expect(create(url()).status).toBe(0);
  for (const name of ['temporal', 'temporal_visibility']) {
    expect(await connect('temporal', name)).toBe('temporal');
    expect(await connect('test_other', name)).toMatch(/permission denied for database/);
    const { rows } = await admin.raw<{ rows: { owner: string }[] }>(
      'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = ?',
      [name],
    );
    expect(rows).toEqual([{ owner: 'temporal' }]);
  }
});

test('changes the password of the role', async () => {
  create(urlOf('test_owner'), 'before');
  expect(await connect('temporal', 'temporal')).toMatch(/password authentication failed/);
  create(urlOf('test_owner'));
  expect(await connect('temporal', 'temporal')).toBe('temporal');
});

test('fails where the role may not create', async () => {
  const { status, stderr } = create(urlOf('test_other'));
  expect([status, stderr]).toEqual([3, expect.stringMatching(/permission denied to create role/)]);
});
