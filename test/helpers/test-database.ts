import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';
import { grantRights } from '../../src/db/connection/grant-rights.ts';
import { migrate } from '../../src/db/connection/migrate.ts';

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

/** Has the schema, and no data: to copy it takes a tenth of the time that all migrations take. */
const template = 'test_template';

/** Once for all suites, before they create databases. */
export async function createTemplate(server: string): Promise<void> {
  const admin = open(server);
  await admin.raw(`CREATE DATABASE ${template}`);
  await admin.destroy();
  const database = open(urlOf(server, template));
  await migrate(database);
  await grantRights(database, limitedRole);
  // Nobody may be connected to what is copied.
  await database.destroy();
}

/** An empty database of its own, with the schema, on the server that the suites share. */
export async function createTestDatabase(
  server: string | undefined = process.env.TEST_DATABASE_URL,
): Promise<TestDatabase> {
  if (server === undefined)
    throw new Error('TEST_DATABASE_URL is set by test/helpers/global-setup.js');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = open(server);
  await admin.raw(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  await admin.destroy();

  const ownerUrl = urlOf(server, name);
  const database = open(ownerUrl);
  const limited = new URL(ownerUrl);
  limited.username = limitedRole.name;
  limited.password = limitedRole.password;
  const limitedDatabase = open(limited.href);
  return {
    url: limited.href,
    ownerUrl,
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

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

const open = (url: string): Database =>
  createDatabase({
    url,
    poolSize: 10,
    applicationName: 'tallyflow-test',
    statementTimeoutMs: 30_000,
  });
