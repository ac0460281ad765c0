import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../../src/db/connection/database.ts';
import { grantRights } from '../../src/db/connection/grant-rights.ts';
import { migrate } from '../../src/db/connection/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

// That the role has all it needs is shown by every other suite: their API and their worker use it.

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** SQLSTATE insufficient_privilege. */
const denied = { code: '42501' };

test.each([
  'UPDATE audit_log SET actor_name = $$someone else$$',
  'DELETE FROM audit_log',
  'DELETE FROM transactions',
  'DELETE FROM batches',
  'DELETE FROM batch_conflicts',
  'DELETE FROM api_keys',
  'DELETE FROM admin_users',
  'DELETE FROM knex_migrations',
  'TRUNCATE transactions',
  'CREATE TABLE mine ()',
  'ALTER TABLE transactions ADD COLUMN mine text',
  'ALTER TABLE audit_log DISABLE TRIGGER ALL',
  'DROP TABLE categories',
  'DROP FUNCTION reserve_transaction_ids',
  'CREATE ROLE mine',
  'SELECT pg_read_file($$postgresql.conf$$)',
  'COPY categories TO PROGRAM $$true$$',
  'ALTER SYSTEM SET fsync = off',
])('the role of API and worker may not %s', async (statement) => {
  await expect(db.limitedDatabase.raw(statement)).rejects.toMatchObject(denied);
});

test('it may read what it may not change', async () => {
  for (const table of ['audit_log', 'transactions', 'knex_migrations'])
    await expect(db.limitedDatabase(table).first()).resolves.not.toThrow();
});

test('it neither migrates nor owns anything', async () => {
  await expect(migrate(db.limitedDatabase)).rejects.toMatchObject(denied);
  const { rows } = await db.limitedDatabase.raw(
    'SELECT relname FROM pg_class WHERE relowner = current_user::regrole',
  );
  expect(rows).toEqual([]);
});

test('is created where it is missing, signs in with its password, and gets the rights once more', async () => {
  const role = { name: `role_${randomBytes(6).toString('hex')}`, password: "p'ass $wörd" };
  await Promise.all([grantRights(db.database, role), grantRights(db.database, role)]);
  await grantRights(db.database, { ...role, password: 'another, which changes nothing' });
  const url = new URL(db.url);
  url.username = role.name;
  url.password = encodeURIComponent(role.password);
  const database = createDatabase({
    url: url.href,
    poolSize: 1,
    applicationName: 'tallyflow-test',
    statementTimeoutMs: 5_000,
  });
  expect(await database('transactions').first()).toBeUndefined();
  await expect(database('transactions').delete()).rejects.toMatchObject(denied);
  await database.destroy();
  await db.database.raw('DROP OWNED BY ??', [role.name]);
  await db.database.raw('DROP ROLE ??', [role.name]);
});
