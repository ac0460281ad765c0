import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '../../src/db/database.ts';
import { grantRights } from '../../src/db/grant-rights.ts';
import { migrate } from '../../src/db/migrate.ts';

/** One for all suites: roles belong to the server. */
const limitedRole = { name: 'tallyflow_test_app', password: 'of a limited role' };

export interface TestDatabase {
  /** For the role that API and worker have, which owns nothing. */
  url: string;
  /** For the owner, as whom migrations run. */
  ownerUrl: string;
  /** As the owner, who may do what the application may not. */
  database: Database;
  /** As API and worker have it. */
  limitedDatabase: Database;
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
  await grantRights(database, limitedRole);
  const limited = new URL(url);
  limited.username = limitedRole.name;
  limited.password = limitedRole.password;
  const limitedDatabase = open(limited.href);
  return {
    url: limited.href,
    ownerUrl: url.href,
    database,
    limitedDatabase,
    async drop() {
      await limitedDatabase.destroy();
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
