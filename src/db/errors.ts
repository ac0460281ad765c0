/** What went wrong in the database, told by SQLSTATE or by the driver's error code. */

/** Objection wraps the driver's error. */
const native = (error: unknown): unknown =>
  error instanceof Error && 'nativeError' in error ? error.nativeError : error;

const hasCode = (error: unknown): error is { code: string } =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';

const sqlState = (thrown: unknown): string | null => {
  const error = native(thrown);
  return hasCode(error) && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
};

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

export const isForeignKeyViolation = (error: unknown): boolean => sqlState(error) === '23503';

/** Two transactions got in each other's way; the same again will do (deadlock, serialization failure). */
export const isContention = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
};

/** Codes of node's sockets and of node-postgres for a server that can't be reached or went away. */
const connectionErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** node-postgres throws these as plain errors, without a code or a class to tell them by. */
const connectionMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
]);

/** The database can't be reached, is starting or stopping, or has no connection or room left: nothing was done, and later it may do. */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  const error = native(thrown);
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== null) {
    // Class 08: connection; 53: out of connections, memory or disk; 57P0x: shutting down or starting; 25006: read-only, as after a failover.
    return (
      state.startsWith('08') ||
      state.startsWith('53') ||
      state.startsWith('57P0') ||
      state === '25006'
    );
  }
  if (error.name === 'KnexTimeoutError') return true;
  if (hasCode(error) && connectionErrors.has(error.code)) return true;
  return connectionMessages.has(error.message);
}

/** What may be said of an error without quoting a statement or a row: null when it is not PostgreSQL's. */
export function describeDatabaseError(
  thrown: unknown,
): { code: string; constraint?: string } | null {
  const code = sqlState(thrown);
  if (code === null) return null;
  const { constraint } = native(thrown) as { constraint?: string };
  return { code, constraint };
}
