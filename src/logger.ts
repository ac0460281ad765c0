import { type Logger, pino } from 'pino';
import { describeDatabaseError } from './db/connection/errors.ts';

/** JSON lines on stdout. Errors are logged without the fields in which PostgreSQL quotes row values. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
  });
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const database = describeDatabaseError(error);
  // Knex puts the statement into the message, and the message is the stack's first line.
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return {
    type: error.name,
    ...(database ?? { message: error.message, code: 'code' in error ? error.code : undefined }),
    stack: frames?.join('\n'),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
