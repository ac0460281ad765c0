/** One request as it goes over the wire. */
export interface Request {
  method?: string;
  /** The default is the path of the ingestion, without a slash at its end. */
  path?: string;
  /** What follows the path, with its question mark. */
  query?: string;
  /** The Content-Type; null for none. The default is JSON's. */
  type?: string | null;
  /** Undefined for a request without a body, which then has no Content-Length either. */
  body?: string | Buffer;
  /** Sends the body in pieces of so many bytes, without a Content-Length. */
  pieceBytes?: number;
  headers?: Record<string, string | string[]>;
  /** Whose key it carries. The default is that of a client with the scope `ingest`; null for none. */
  key?: KeyName | null;
}

/** The keys that both sides know. Some are for one case alone, which counts what they send. */
export type KeyName =
  | 'ingest'
  | 'other'
  | 'everything'
  | 'read'
  | 'admin'
  | 'bound'
  | 'boundToMany'
  | 'successor'
  | 'expired'
  | 'revoked'
  | 'unknown'
  | 'busy'
  | 'rowsAMinute'
  | 'bytesAMinute';

/** A row as PostgreSQL has it. */
export interface StoredRow {
  account_id: string;
  transaction_id: string;
  amount: string;
  currency: string;
  date: string;
  merchant_name: string | null;
  description: string | null;
}

/** What every answer must be. What it does not name is compared between the two sides alone. */
export interface Expected {
  status: number;
  code?: string;
  /** The pointers of the errors in order, each with `@` and its line where it has one. */
  errors?: string[];
  errorCount?: number;
  /** Headers with their values; null for one that must not be there. */
  headers?: Record<string, string | RegExp | null>;
  /** What is stored of each row in the end, in the order of the body. */
  stored?: Partial<StoredRow>[];
  /** What the batch says in the end. */
  batch?: Record<string, unknown>;
}

export interface Step {
  request: Request;
  expected: Expected;
  /** Where the gateway's answer or what it leaves is another: the name of the difference, and what is expected then. */
  gateway?: { difference: string; expected: Expected };
}

export interface Case {
  name: string;
  /** Sent one after the other. */
  steps: Step[];
}

export const ingestPath = '/api/integrations/transactions';
export const ndjsonType = 'application/x-ndjson';

let ids = 0;

/** A good row, which no other case has. */
export const row = (given: Record<string, unknown> = {}): Record<string, unknown> => ({
  transaction_id: `t-${ids++}`,
  account_id: 'acc-1',
  amount: '-42.10',
  currency: 'USD',
  date: '2026-01-31',
  ...given,
});

export const rows = (count: number, given: Record<string, unknown> = {}) =>
  Array.from({ length: count }, () => row(given));

/** A good row as text, with further members as they are given. */
export const rowText = (members: string): string =>
  JSON.stringify(row()).replace(/\}$/, `,${members}}`);

export const json = (body: unknown): Request => ({ body: JSON.stringify(body) });

export const batch = (...transactions: unknown[]): Request => json({ transactions });

/** A body of rows that are texts already. */
export const batchText = (...texts: string[]): Request => ({
  body: `{"transactions":[${texts.join(',')}]}`,
});

export const ndjson = (...lines: unknown[]): Request => ({
  type: ndjsonType,
  body: lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
});

export const accepted = (
  name: string,
  request: Request,
  expected: Omit<Expected, 'status'> = {},
): Case => ({ name, steps: [{ request, expected: { status: 202, ...expected } }] });

export const refused = (
  name: string,
  request: Request,
  code: keyof typeof statusOf,
  errors?: string[],
  more: Partial<Expected> = {},
): Case => ({
  name,
  steps: [{ request, expected: { status: statusOf[code], code, errors: errors ?? [], ...more } }],
});

const statusOf = {
  malformed_json: 400,
  invalid_encoding: 400,
  invalid_request: 400,
  unauthenticated: 401,
  insufficient_scope: 403,
  account_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
} as const;
