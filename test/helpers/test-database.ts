import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';
import { grantRights } from '../../src/db/connection/grant-rights.ts';
import { migrate } from '../../src/db/connection/migrate.ts';

/** All suites share one role, since roles belong to the server. */
const limitedRole = { name: 'tallyflow_test_app', password: 'of a limited role' };

export interface TestDatabase {
  /** The URL for the role of the API and worker, which owns nothing. */
  url: string;
  /** The URL for the owner, as whom migrations run. */
  ownerUrl: string;
  /** The database with the rights of its owner, who may do what the application may not. */
  database: Database;
  /** The database with the rights of the API and worker. */
  limitedDatabase: Database;
  drop(): Promise<void>;
}

/** A database with the schema and no data. Copying it takes a tenth of the time that the migrations take. */
const template = 'test_template';

/** Creates the database that each suite's database is a copy of. */
export async function createTemplate(server: string): Promise<void> {
  const admin = open(server);
  await admin.raw(`CREATE DATABASE ${template}`);
  await admin.destroy();
  const database = open(urlOf(server, template));
  await migrate(database);
  await grantRights(database, limitedRole);
  // PostgreSQL copies a database only while nobody is connected to it.
  await database.destroy();
}

/** Creates an empty database with the schema on the server that the suites share. */
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

/** Tables that a suite keeps through its tests: users, API keys, and what a migration has stored. */
const keptTables = [
  'admin_users',
  'admin_sessions',
  'known_browsers',
  'api_keys',
  'pattern_set',
  // Its one row must not go, and a version that is live holds on to it.
  'categorizer_state',
  'learned_versions',
  'knex_migrations',
  'knex_migrations_lock',
];

/** Empties every table except those of users and API keys, so that the next test finds no data. */
export async function emptyTables(database: Database): Promise<void> {
  // A table is empty on disk until a test writes to it. Truncating only those with a size is much faster.
  const { rows } = await database.raw<{ rows: { name: string }[] }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname = ANY(?)
       AND pg_relation_size(oid) > 0`,
    [keptTables],
  );
  if (rows.length === 0) return;
  await database.raw(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} CASCADE`);
  await database.raw(`
    UPDATE categorizer_state SET live_version_id = NULL, chosen_at = NULL
     WHERE live_version_id IS NOT NULL OR chosen_at IS NOT NULL;
    DELETE FROM learned_versions;
  `);
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
