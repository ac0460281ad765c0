import { z } from 'zod';
import { maxPasswordCharacters, minPasswordCharacters } from './domain/limits.ts';

/**
 * The only reader of process.env. Every variable is listed here with its default and its reason;
 * the README's configuration table is checked against this schema by a test.
 */
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const file = z.string().min(1).optional();
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
const atLeast = (least: number, fallback: number) =>
  z.coerce.number().int().min(least).default(fallback);
const positive = (fallback: number) => atLeast(1, fallback);

const variables = z.object({
  /** Port of the API, the documentation and the console. */
  PORT: port(3000),
  /** Address to listen on; loopback unless a deployment opens it on purpose. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Prometheus metrics of this process; a port apart, so that it is never published by accident. 0 picks a free one. */
  METRICS_PORT: port(9464),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** PostgreSQL 15 or newer. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** For the migrations alone, whose role owns the tables: the one of DATABASE_URL then gets no more rights than it needs. */
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /**
   * Connections of a worker, and those of an API process for batches and changes. The sum over all processes and
   * pools stays below the server's max_connections. At least 12, of which an API process leaves 3 to changes by admins
   * and 2 to sign-ins and health; of the 7 for batches, 4 may be held by streams.
   */
  DATABASE_POOL_SIZE: atLeast(12, 16),
  /**
   * Further connections of an API process, for reports, lists and statuses: few, so that reading leaves the server time
   * to capture. At least 4: one for previews, one for events, one for a client that reads much, and one for others.
   */
  DATABASE_READ_POOL_SIZE: atLeast(4, 6),
  /** Further connections of an API process, for exports, each of which holds one for as long as its client reads. */
  DATABASE_EXPORT_POOL_SIZE: positive(4),
  /** An export that takes longer is cut off: it holds a connection, and the database keeps all that it began with. */
  EXPORT_TIMEOUT_SECONDS: positive(600),
  /** Without it the caches live in each process's memory. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** With `rediss:`: PEM files of who has signed the server's certificate (the system's list without it), and of the own one. */
  REDIS_CA_FILE: file,
  REDIS_CERT_FILE: file,
  REDIS_KEY_FILE: file,
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  /** Encrypts the connections to Temporal. The files are PEM; the system's list of authorities is used without the first. */
  TEMPORAL_TLS: flag,
  TEMPORAL_CA_FILE: file,
  TEMPORAL_CERT_FILE: file,
  TEMPORAL_KEY_FILE: file,
  /** The name in the server's certificate, where it is not that of the address. */
  TEMPORAL_SERVER_NAME: z.string().min(1).optional(),
  /** For a server that wants a key instead of a certificate, such as Temporal Cloud. */
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('tallyflow'),
  /** Base of the links into the Temporal UI that batches carry. */
  TEMPORAL_UI_URL: z.url().default('http://127.0.0.1:8233'),
  /**
   * Creates an API key with all scopes at the start of the API, and revokes the one of the value before. It is stored
   * under a fast hash, so one that can be guessed stops the start.
   */
  BOOTSTRAP_API_KEY: z
    .string()
    .min(32)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')
    .optional(),
  /** Who may sign in to the console while there is no user at all. */
  ADMIN_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
    .default('admin@localhost'),
  /** The first admin's password; without it one is made up, and logged once. */
  ADMIN_PASSWORD: z.string().min(minPasswordCharacters).max(maxPasswordCharacters).optional(),
  /** Lets users of the console do nothing before they have added a second factor; API keys are not asked for one. */
  REQUIRE_SECOND_FACTOR: flag,
  /** Which TransactionCategorizer the worker uses. */
  CATEGORIZER: z.enum(['database']).default('database'),
  /** Rows of one JSON body; bounds the memory of a request. */
  MAX_BATCH_ROWS: positive(100_000),
  /** Bytes of one JSON body, after decompression. */
  MAX_BODY_BYTES: positive(64 * 1024 * 1024),
  /** Rows of one NDJSON stream; bounds how long one database transaction stays open. */
  MAX_STREAM_ROWS: positive(1_000_000),
  /** Bytes of one NDJSON stream, after decompression. */
  MAX_STREAM_BYTES: positive(1024 * 1024 * 1024),
  /** How often the schedule runs the sweep of pending batches. */
  SWEEP_INTERVAL_SECONDS: positive(300),
  /** A batch pending for longer than this is taken for one whose start got lost. */
  SWEEP_GRACE_SECONDS: positive(60),
  /**
   * Reverse proxies in front of the API, each of which appends the address that it was asked from to
   * X-Forwarded-For: attempts to sign in are counted by the address so many places from the right. With
   * 0 the header, which anyone may send, means nothing; a number too high would let clients choose it.
   */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /**
   * Requests a minute that one API key, or one user of the console, may make: a thousand a second, which is
   * more than a busy client sends, and less than a process answers.
   */
  RATE_LIMIT_PER_MINUTE: positive(60_000),
  /** Rows a minute that one API key may send: the ten largest streams, and as many as a process can store. */
  RATE_LIMIT_ROWS_PER_MINUTE: positive(10_000_000),
  /** Bytes a minute that one API key may send as transactions, after decompression: the four largest streams. */
  RATE_LIMIT_BYTES_PER_MINUTE: positive(4 * 1024 * 1024 * 1024),
  /** Requests a minute without good credentials that one network address may make: enough for mistakes, not for guessing. */
  UNAUTHENTICATED_PER_MINUTE: positive(300),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What no variable says by itself: half of what encryption needs would mean none of it. */
const schema = variables.superRefine((config, context) => {
  const complain = (name: keyof typeof config, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  for (const server of ['REDIS', 'TEMPORAL'] as const) {
    const [cert, key] = [`${server}_CERT_FILE`, `${server}_KEY_FILE`] as const;
    if (config[cert] !== undefined && config[key] === undefined)
      complain(key, `must be set with ${cert}`);
    if (config[key] !== undefined && config[cert] === undefined)
      complain(cert, `must be set with ${key}`);
  }
  for (const name of ['REDIS_CA_FILE', 'REDIS_CERT_FILE'] as const) {
    if (config[name] !== undefined && config.REDIS_URL?.startsWith('rediss:') !== true)
      complain('REDIS_URL', `must begin with rediss: where ${name} is set`);
  }
  for (const name of [
    'TEMPORAL_CA_FILE',
    'TEMPORAL_CERT_FILE',
    'TEMPORAL_SERVER_NAME',
    'TEMPORAL_API_KEY',
  ] as const) {
    if (config[name] !== undefined && !config.TEMPORAL_TLS)
      complain('TEMPORAL_TLS', `must be true where ${name} is set`);
  }
  // A body beyond them could never be sent, however long its client waits.
  for (const [quota, limits] of [
    ['RATE_LIMIT_ROWS_PER_MINUTE', ['MAX_BATCH_ROWS', 'MAX_STREAM_ROWS']],
    ['RATE_LIMIT_BYTES_PER_MINUTE', ['MAX_BODY_BYTES', 'MAX_STREAM_BYTES']],
  ] as const) {
    for (const limit of limits)
      if (config[quota] < config[limit]) complain(quota, `must be at least ${limit}`);
  }
});

export type Config = z.infer<typeof schema>;

export const configVariables = Object.keys(variables.shape) as (keyof Config)[];

/**
 * Reads and validates the environment. An empty variable counts as not set, as Compose files leave them.
 * Throws an Error that names every variable that is wrong, never its value (it may be a secret).
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `  ${issue.path.join('.')}: ${issue.message}`,
  );
  throw new Error(`The configuration is not valid:\n${problems.join('\n')}`);
}
