import { STATUS_CODES } from 'node:http';
import type { Middleware } from 'koa';
import { Counter } from 'prom-client';
import {
  isContention,
  isDatabaseUnavailable,
  isForeignKeyViolation,
  isStatementTimeout,
  isUniqueViolation,
} from '../../db/connection/errors.ts';
import { ApiError, type ErrorCode, errorCodes, type Fault } from '../../domain/errors.ts';
import { maxFieldErrors } from '../../domain/limits.ts';
import { reportError } from '../../error-reports/report-error.ts';
import type { ApiState } from '../context.ts';

const statusByCode: Record<ErrorCode, number> = {
  malformed_json: 400,
  invalid_encoding: 400,
  invalid_request: 400,
  unauthenticated: 401,
  insufficient_scope: 403,
  second_factor_required: 401,
  insufficient_role: 403,
  export_not_allowed: 403,
  account_not_allowed: 403,
  second_factor_missing: 403,
  csrf_token_invalid: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  not_configured: 409,
  idempotency_in_flight: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal_error: 500,
  database_unavailable: 503,
  temporal_unavailable: 503,
  kafka_unavailable: 503,
  overloaded: 503,
};

/** Codes for the errors that Koa and its middleware throw themselves (http-errors). */
const codeByStatus: Record<number, ErrorCode> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** A database that is away is mostly restarting; sooner only adds load. */
const databaseRetryAfterSeconds = 5;
/** A statement that ran out of time did so because of others, which must have their turn first. */
const timeoutRetryAfterSeconds = 5;
/** Of two transactions that got in each other's way, the other one is done already. */
const contentionRetryAfterSeconds = 1;

const refusedRequests = new Counter({
  name: 'tallyflow_requests_refused_total',
  help: 'Requests answered with a problem, by its code, and by whose fault it was.',
  labelNames: ['code', 'fault'] as const,
});

const faultOf = (code: ErrorCode, isOwnDoing: boolean): Fault =>
  statusByCode[code] < 500 || isOwnDoing ? 'client' : 'server';

// A rate needs the zero before the first one.
for (const code of errorCodes) refusedRequests.inc({ code, fault: faultOf(code, false) }, 0);
refusedRequests.inc({ code: 'overloaded', fault: faultOf('overloaded', true) }, 0);

/**
 * The one place where errors become answers: RFC 9457 problem details. Errors that are no fault of
 * the client say nothing about their cause but the request id, under which the access log has it.
 */
export function problemDetails(): Middleware<ApiState> {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body !== undefined && ctx.body !== null) return;
      if (ctx.status === 404) throw new ApiError('not_found', `There is nothing at ${ctx.path}.`);
      // The router has set Allow.
      if (ctx.status === 405 || ctx.status === 501) {
        throw new ApiError(
          'method_not_allowed',
          `${ctx.method} is not allowed here; see the Allow header.`,
        );
      }
    } catch (thrown) {
      // The client has left in the middle of its request: there is nobody to answer.
      if (ctx.req.errored !== null) return;
      const error = toApiError(thrown);
      const status = statusByCode[error.code];
      const fault = faultOf(error.code, error.isOwnDoing);
      ctx.state.problem = { code: error.code, thrown, fault };
      refusedRequests.inc({ code: error.code, fault });
      if (status >= 500) {
        reportError(error.code === 'internal_error' ? thrown : error, {
          route: String(ctx._matchedRoute ?? 'none'),
          method: ctx.method,
          requestId: ctx.state.requestId,
          batchId: ctx.state.batchId,
        });
      }
      if (error.retryAfterSeconds !== undefined)
        ctx.set('Retry-After', String(error.retryAfterSeconds));
      // The rest of a request that is too slow is not waited for.
      if (status === 408) ctx.set('Connection', 'close');
      if (status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="tallyflow"');
      ctx.status = status;
      ctx.type = 'application/problem+json';
      ctx.body = JSON.stringify({
        type: `urn:tallyflow:problem:${error.code.replaceAll('_', '-')}`,
        title: STATUS_CODES[status],
        status,
        detail: error.message,
        instance: ctx.path,
        code: error.code,
        request_id: ctx.state.requestId,
        ...(error.errorCount > 0 && {
          errors: error.errors.slice(0, maxFieldErrors),
          error_count: error.errorCount,
        }),
      });
    }
  };
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isDatabaseUnavailable(thrown)) {
    return new ApiError(
      'database_unavailable',
      'The database is unavailable. Send the request again; transactions that are already stored are not stored twice.',
      {
        retryAfterSeconds: databaseRetryAfterSeconds,
        cause: thrown,
      },
    );
  }
  if (isStatementTimeout(thrown)) {
    return new ApiError('overloaded', 'The request took too long. Nothing was stored. Try again.', {
      retryAfterSeconds: timeoutRetryAfterSeconds,
      cause: thrown,
    });
  }
  if (isContention(thrown)) {
    return new ApiError(
      'overloaded',
      'Another request was changing the same data. Nothing was stored. Try again.',
      { retryAfterSeconds: contentionRetryAfterSeconds, cause: thrown },
    );
  }
  if (isUniqueViolation(thrown))
    return new ApiError('conflict', 'This already exists.', { cause: thrown });
  if (isForeignKeyViolation(thrown)) {
    return new ApiError('conflict', 'Something that this request refers to no longer exists.', {
      cause: thrown,
    });
  }
  const status = httpStatus(thrown);
  const code = status === undefined ? undefined : codeByStatus[status];
  if (code !== undefined && thrown instanceof Error)
    return new ApiError(code, thrown.message, { cause: thrown });
  return new ApiError(
    'internal_error',
    'Something went wrong on our side. Quote the request id when you report it.',
    { cause: thrown },
  );
}

/** Errors of Koa and its middleware carry their status, and `expose` where their message is for the client. */
function httpStatus(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { status, expose } = thrown as { status?: unknown; expose?: unknown };
  return typeof status === 'number' && expose === true ? status : undefined;
}
