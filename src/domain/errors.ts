/** One bad field of a request, located by an RFC 6901 JSON pointer into its body, or into the object that its query is. */
export interface FieldError {
  pointer: string;
  detail: string;
  /** 1-based line of an NDJSON or a CSV body. */
  line?: number;
}

/** Stable, machine-readable codes; clients branch on them, so they never change their meaning. */
export const errorCodes = [
  'malformed_json',
  'invalid_encoding',
  'invalid_request',
  'unauthenticated',
  'second_factor_required',
  'insufficient_scope',
  'insufficient_role',
  'export_not_allowed',
  'account_not_allowed',
  'second_factor_missing',
  'csrf_token_invalid',
  'not_found',
  'method_not_allowed',
  'conflict',
  'not_configured',
  'idempotency_in_flight',
  'idempotency_mismatch',
  'payload_too_large',
  'request_timeout',
  'unsupported_media_type',
  'rate_limited',
  'database_unavailable',
  'temporal_unavailable',
  // Of the gateway alone.
  'kafka_unavailable',
  'overloaded',
  'internal_error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Whose fault a problem is. Alerts look at that of the server, which no client must be able to bring about. */
export type Fault = 'client' | 'server';

/** An error that a client may read: its message says what is wrong and where, and holds no secret. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[];
  /** All bad fields, of which `errors` has the first ones. */
  readonly errorCount: number;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the client brought it about, whatever the status: it took more than its share. */
  readonly isOwnDoing: boolean;

  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      errors?: FieldError[];
      errorCount?: number;
      retryAfterSeconds?: number;
      isOwnDoing?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'ApiError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.errorCount = options.errorCount ?? this.errors.length;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.isOwnDoing = options.isOwnDoing ?? false;
  }
}

/** A field of a JSON body that is wrong, where its schema found nothing. */
export const badField = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid_request', 'The body is not valid.', { errors: [{ pointer, detail }] });

export const notFound = (what: string): ApiError =>
  new ApiError('not_found', `There is no such ${what}.`);
