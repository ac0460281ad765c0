import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';

export interface TestDatabase {
  url: string;
  database: Database;
  drop(): Promise<void>;
}

/** An empty database of its own, with the schema, on the server that the suites share. */
export async function createTestDatabase(
  server: string | undefined = process.env.TEST_DATABASE_URL,
): Promise<TestDatabase> {
  if (server === undefined)
    throw new Error('TEST_DATABASE_URL is set by test/helpers/global-setup.js');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = open(server);
  await admin.raw(`CREATE DATABASE ${name}`);
  await admin.destroy();

  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = open(url.href);
  await migrate(database);
  return {
    url: url.href,
    database,
    async drop() {
      await database.destroy();
      const again = open(server);
      await again.raw(`DROP DATABASE ${name} WITH (FORCE)`);
      await again.destroy();
    },
  };
}

const open = (url: string): Database =>
  createDatabase({
    url,
    poolSize: 10,
    applicationName: 'tallyflow-test',
    statementTimeoutMs: 30_000,
  });
