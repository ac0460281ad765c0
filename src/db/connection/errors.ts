/** Kinds of database errors, told apart by SQLSTATE or by the driver's error code. */

const isObject = (error: unknown): error is object => typeof error === 'object' && error !== null;

/** Objection wraps the driver's error. */
const native = (error: unknown): unknown =>
  isObject(error) && 'nativeError' in error ? error.nativeError : error;

const codeOf = (error: unknown): string | null =>
  isObject(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;

const sqlState = (thrown: unknown): string | null => {
  const code = codeOf(native(thrown));
  return code !== null && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

export const isForeignKeyViolation = (error: unknown): boolean => sqlState(error) === '23503';

/** The database refuses the data of a statement (class 22), or what they would break (class 23), whenever it is tried. */
export const isDataError = (error: unknown): boolean => /^2[23]/.test(sqlState(error) ?? '');

/** Two transactions got in each other's way; the same again will do (deadlock, serialization failure). */
export const isContention = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
};

/** A lock that another transaction holds was not free in time (lock_timeout). */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === '55P03';

/** A statement ran longer than it may (statement_timeout), or was cancelled. */
export const isStatementTimeout = (error: unknown): boolean => sqlState(error) === '57014';

/** Codes of node's sockets for a server that can't be reached or went away. */
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

/** Knex puts the statement before the driver's message, as `<statement> - <message>`. */
const withoutStatement = (message: string): string => message.split(' - ').at(-1) ?? '';

/** The database can't be reached, is starting or stopping, or has no connection, memory or disk left. The same statement may work later. */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  const error = native(thrown);
  if (!isObject(error)) return false;
  // An AggregateError: the host has several addresses, and none answers.
  if ('errors' in error && Array.isArray(error.errors))
    return error.errors.some(isDatabaseUnavailable);
  const state = sqlState(error);
  // 08: connection; 53: out of connections, memory or disk; 57P0x: stopping or starting; 25006: read-only, as after a failover.
  if (state !== null && /^(08|53|57P0|25006)/.test(state)) return true;
  if (connectionErrors.has(codeOf(error) ?? '')) return true;
  const { name, message } = error as { name?: string; message?: string };
  return name === 'KnexTimeoutError' || connectionMessages.has(withoutStatement(message ?? ''));
}

/** The parts of an error that quote neither a statement nor a row; null when it is not PostgreSQL's. */
export function describeDatabaseError(
  thrown: unknown,
): { code: string; constraint?: string } | null {
  const code = sqlState(thrown);
  if (code === null) return null;
  const { constraint } = native(thrown) as { constraint?: string };
  return { code, constraint };
}
