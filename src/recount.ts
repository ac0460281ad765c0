import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { createDatabase } from './db/connection/database.ts';
import { findDrift, resetTotals } from './db/totals/recount-totals.ts';
import { createLogger } from './logger.ts';

/**
 * Counts all rows again, and says how many totals differ; the exit code is 1 when any does. With `--mend`
 * the totals are then made anew by the workers.
 */
const { values } = parseArgs({ options: { mend: { type: 'boolean', default: false } } });
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
  if (hasDrifted && values.mend) {
    await resetTotals(database);
    logger.warn('the totals are being made anew by the workers');
  }
  if (hasDrifted) process.exitCode = 1;
} finally {
  await database.destroy();
}
