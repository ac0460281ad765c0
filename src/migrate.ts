import { loadConfig } from './config.ts';
import { createDatabase } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { createLogger } from './logger.ts';

/** Brings the schema to its newest version, before any other process of a new release starts. */
const config = loadConfig();
const logger = createLogger('migrate', config.LOG_LEVEL);
const database = createDatabase({
  url: config.DATABASE_URL,
  poolSize: 2,
  applicationName: 'tallyflow-migrate',
  // A migration may take as long as it needs.
  statementTimeoutMs: 0,
});
try {
  const migrations = await migrate(database);
  logger.info({ migrations }, 'schema is up to date');
} finally {
  await database.destroy();
}
