import { types } from 'node:util';
import { isDatabaseUnavailable } from '../db/connection/errors.ts';
import { ApiError, type ErrorCode } from '../domain/errors.ts';

export type Server = 'database' | 'temporal' | 'redis';

const awayByCode: Partial<Record<ErrorCode, Server>> = {
  database_unavailable: 'database',
  temporal_unavailable: 'temporal',
};

/** Codes of gRPC that Temporal's client gives for a server that does not answer, or has too much to do. */
const grpcAway = new Set([4, 8, 14]);

/** The server that the error says is away; null where it says nothing of the kind. */
export function serverAway(error: unknown): Server | null {
  if (error instanceof ApiError) return awayByCode[error.code] ?? null;
  if (isDatabaseUnavailable(error)) return 'database';
  const cause = types.isNativeError(error) && error.name === 'ServiceError' ? error.cause : error;
  return grpcAway.has((cause as { code?: number } | null)?.code ?? 0) ? 'temporal' : null;
}

/** Names of errors that come of a cancellation, or of a process that ends. */
const endings = new Set(['AbortError', 'CancelledFailure']);

/** Whether the error is no fault of the program: an answer to a client, or an end that somebody asked for. */
export function isExpected(error: unknown): boolean {
  if (error instanceof ApiError) return error.code !== 'internal_error';
  return types.isNativeError(error) && endings.has(error.name);
}
