import { loadConfig } from './config.ts';
import { createDatabase } from './db/connection/database.ts';
import { grantRights } from './db/connection/grant-rights.ts';
import { migrate, OtherSchemaError, otherSchemaStatus } from './db/connection/migrate.ts';
import { createLogger } from './logger.ts';

/**
 * Brings the schema to its newest version, before any other process of a new release starts. Where the
 * migrations have a role of their own, the one of all other processes gets the rights that it needs.
 */
const config = loadConfig();
const logger = createLogger('migrate', config.LOG_LEVEL);
const database = createDatabase({
  url: config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL,
  poolSize: 2,
  applicationName: 'tallyflow-migrate',
  // A migration may take as long as it needs.
  statementTimeoutMs: 0,
});
try {
  const migrations = await migrate(database);
  logger.info({ migrations }, 'schema is up to date');
  if (config.MIGRATION_DATABASE_URL !== undefined) {
    const { username, password } = new URL(config.DATABASE_URL);
    const name = decodeURIComponent(username);
    await grantRights(database, { name, password: decodeURIComponent(password) });
    logger.info({ role: name }, 'the role has the rights that it needs');
  }
} catch (error) {
  if (!(error instanceof OtherSchemaError)) throw error;
  logger.fatal(error.message);
  process.exitCode = otherSchemaStatus;
} finally {
  await database.destroy();
}
