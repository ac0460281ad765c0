import type { Logger } from 'pino';
import { reportError } from './report-error.ts';

/**
 * Ends the process when nothing has caught an error, as Node.js would do by itself; but Node.js would print the error
 * with the values that a database quotes in it, and nobody would be told.
 *
 * @param shutdown sends what is left; the process ends after it
 */
export function endOnUncaughtError(logger: Logger, shutdown: () => Promise<void>): void {
  let isEnding = false;
  process.on('uncaughtException', (error) => {
    // A second one, while the first is sent, ends the process at once. Without a listener, Node.js would print it.
    if (isEnding) process.exit(1);
    isEnding = true;
    logger.fatal({ err: error }, 'the process ends, since nothing has caught an error');
    reportError(error, { isFatal: true });
    void shutdown().finally(() => process.exit(1));
  });
}
