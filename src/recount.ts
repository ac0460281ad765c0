import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { createDatabase } from './db/connection/database.ts';
import { findDrift } from './db/totals/find-drift.ts';
import { rebuildTotals } from './db/totals/rebuild-totals.ts';
import { createLogger } from './logger.ts';

/**
 * Compares all totals with a full count of the rows. The exit code is 1 when any of them differs; with
 * `--rebuild` the workers then build all totals again.
 */
const { values } = parseArgs({ options: { rebuild: { type: 'boolean', default: false } } });
const config = loadConfig();
const logger = createLogger('recount', config.LOG_LEVEL);
const database = createDatabase({
  url: config.DATABASE_URL,
  poolSize: 2,
  applicationName: 'tallyflow-recount',
  // Reading every row takes as long as it takes.
  statementTimeoutMs: 0,
});
try {
  const drift = await findDrift(database);
  const hasDrifted = Object.values(drift).some((count) => count > 0);
  if (hasDrifted) logger.error({ drift }, 'totals differ from the rows');
  else logger.info('every total agrees with the rows');
  if (hasDrifted && values.rebuild) {
    await rebuildTotals(database);
    logger.warn('the workers are rebuilding the totals');
  }
  if (hasDrifted) process.exitCode = 1;
} finally {
  await database.destroy();
}
