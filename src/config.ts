import { z } from 'zod';
import limits from '../contract/limits.json' with { type: 'json' };
import { maxPasswordCharacters, minPasswordCharacters } from './domain/limits.ts';

/** What the gateway has as well comes from a file that both read. */
const { defaults } = limits;

/**
 * This module alone reads process.env. It lists every variable with its default and its reason. A test compares the
 * README's configuration table with this schema.
 */
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const file = z.string().min(1).optional();
const password = z.string().min(1).optional();
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
const atLeast = (min: number, fallback: number) =>
  z.coerce.number().int().min(min).default(fallback);
const positive = (fallback: number) => atLeast(1, fallback);
/** Without the secret key that old ones have: browsers get to see the console's. */
const sentryDsn = z
  .string()
  .regex(
    /^https?:\/\/\w+@[\w.-]+(:\d+)?\/([\w.-]+\/)*\d+$/,
    'must be a DSN of Sentry, as https://key@host/project',
  )
  .optional();

/** `name=value` pairs with commas in between; values are percent-encoded where they hold a comma (W3C baggage). */
const headers = z
  .string()
  .regex(/^[\w-]+=[^,]+(,[\w-]+=[^,]+)*$/, 'must be name=value pairs, with commas in between')
  .transform((text, context): Record<string, string> => {
    const pairs = text.split(',').map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
    });
    try {
      return Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)]));
    } catch {
      context.addIssue({ code: 'custom', message: 'must have percent-encoded values' });
      return z.NEVER;
    }
  })
  .optional();

/** Addresses of brokers, with commas in between. */
const brokers = z
  .string()
  .regex(
    /^([\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}(,([\w.-]+|\[[\da-fA-F:]+\]):\d{1,5})*$/,
    'must be host:port, with commas in between',
  )
  .transform((text) => text.split(','))
  .optional();

/** `topic=id` pairs with commas in between. A topic has one key, and those of Tallyflow itself have none. */
const boundTopics = z
  .string()
  .regex(
    /^[\w.-]{1,249}=\d{1,15}(,[\w.-]{1,249}=\d{1,15})*$/,
    'must be topic=id pairs, with commas in between',
  )
  .transform((text, context): ReadonlyMap<string, number> => {
    const pairs = text.split(',').map((pair): [string, number] => {
      const [topic = '', id] = pair.split('=');
      return [topic, Number(id)];
    });
    const topics = new Map(pairs);
    if (topics.size < pairs.length || pairs.some(([topic]) => topic.startsWith('tallyflow.'))) {
      const message = 'must name each topic once, and none that begins with tallyflow.';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return topics;
  })
  .optional();

const variables = z.object({
  /** Port of the API, the documentation and the console. */
  PORT: port(3000),
  /** Address to listen on. The default is loopback, so that a deployment has to open it deliberately. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Port of the Prometheus metrics. It is separate, so that it is never published by accident. 0 picks a free port. */
  METRICS_PORT: port(9464),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Port of the metrics of Temporal's SDK, which a worker serves itself, on METRICS_HOST. 0 picks a free port. */
  TEMPORAL_METRICS_PORT: port(9465),
  /** PostgreSQL 15 or newer. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** For a DATABASE_URL without a password: platforms that keep secrets hand over each as a variable of its own. */
  DATABASE_PASSWORD: password,
  /** The owner of the tables, for migrations only. The role of DATABASE_URL then gets no more rights than it needs. */
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The same for MIGRATION_DATABASE_URL. */
  MIGRATION_DATABASE_PASSWORD: password,
  /**
   * Connections of a worker, or of an API process for batches and changes. The sum over all processes and pools must
   * stay below the server's max_connections. At least 12: an API process reserves 3 for changes by admins and 2 for
   * sign-ins and health, and streams may hold 4 of the 7 for batches.
   */
  DATABASE_POOL_SIZE: atLeast(12, 16),
  /**
   * Additional connections of an API process, for reports, lists and statuses. There are few, so that reads leave the
   * server time to capture. At least 4: for previews, for events, for a client that reads much, and for all others.
   */
  DATABASE_READ_POOL_SIZE: atLeast(4, 6),
  /** Additional connections of an API process, for exports. An export holds one for as long as its client reads. */
  DATABASE_EXPORT_POOL_SIZE: positive(4),
  /** An export that takes longer is cut off: it holds a connection and a snapshot, which keeps dead rows from vacuum. */
  EXPORT_TIMEOUT_SECONDS: positive(600),
  /** Without Redis, each process caches in its own memory. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** The same for REDIS_URL. */
  REDIS_PASSWORD: password,
  /** PEM files for `rediss:`: the authority of the server (default: the system's), and the client certificate with its key. */
  REDIS_CA_FILE: file,
  REDIS_CERT_FILE: file,
  REDIS_KEY_FILE: file,
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  /** Encrypts the connections to Temporal. The files are PEM. The default for the first is the system's authorities. */
  TEMPORAL_TLS: flag,
  TEMPORAL_CA_FILE: file,
  TEMPORAL_CERT_FILE: file,
  TEMPORAL_KEY_FILE: file,
  /** The name in the server's certificate, if it differs from the address. */
  TEMPORAL_SERVER_NAME: z.string().min(1).optional(),
  /** For a server that expects a key instead of a certificate, such as Temporal Cloud. */
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('tallyflow'),
  /** The base of the links to the Temporal UI in batches. */
  TEMPORAL_UI_URL: z.url().default('http://127.0.0.1:8233'),
  /** Kafka 3.7 or newer, for the gateway (docs/kafka.md). Without it nothing of Kafka is loaded. */
  KAFKA_BROKERS: brokers,
  /** Encrypts the connections to Kafka. The files are PEM. The default for the first is the system's authorities. */
  KAFKA_TLS: flag,
  KAFKA_CA_FILE: file,
  KAFKA_CERT_FILE: file,
  KAFKA_KEY_FILE: file,
  /** How a user of Kafka shows who it is. `plain` sends the password itself, and so only over TLS. */
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().min(1).optional(),
  KAFKA_SASL_PASSWORD: z.string().min(1).optional(),
  /**
   * The topics that other systems write to, each with the id of the API key whose rights its records have. Kafka's ACLs
   * must let that system alone write there.
   */
  KAFKA_BOUND_TOPICS: boundTopics,
  /**
   * When the API starts, this creates an API key with all scopes, and revokes the previous one. The key is stored with
   * a fast hash, so a key that can be guessed stops the start.
   */
  BOOTSTRAP_API_KEY: z
    .string()
    .min(32)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')
    .optional(),
  /** The first admin of the console, created while no user exists. */
  ADMIN_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
    .default('admin@localhost'),
  /** The first admin's password. Without it, a password is generated and logged once. */
  ADMIN_PASSWORD: z.string().min(minPasswordCharacters).max(maxPasswordCharacters).optional(),
  /** Console users must add a second factor before anything else. API keys are not affected. */
  REQUIRE_SECOND_FACTOR: flag,
  /** Maximum rows of one JSON body. Limits the memory of a request. */
  MAX_BATCH_ROWS: positive(defaults.MAX_BATCH_ROWS),
  /** Maximum bytes of one JSON body, after decompression. */
  MAX_BODY_BYTES: positive(defaults.MAX_BODY_BYTES),
  /** Maximum rows of one NDJSON stream. Limits how long a database transaction stays open. */
  MAX_STREAM_ROWS: positive(defaults.MAX_STREAM_ROWS),
  /** Maximum bytes of one NDJSON stream, after decompression. */
  MAX_STREAM_BYTES: positive(defaults.MAX_STREAM_BYTES),
  /** How often the schedule runs the sweep of pending batches. */
  SWEEP_INTERVAL_SECONDS: positive(300),
  /** If a batch is pending for longer, the sweep considers its start lost. */
  SWEEP_GRACE_SECONDS: positive(60),
  /**
   * The number of reverse proxies in front of the API. Each appends its client's address to X-Forwarded-For, and
   * limits count by the address that many places from the right. With 0, the header is ignored, since anyone can send
   * it. If the number is too high, clients can choose their address.
   */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /**
   * Requests a minute per API key or console user. A thousand a second is more than a busy client sends, and less than
   * a process can answer.
   */
  RATE_LIMIT_PER_MINUTE: positive(defaults.RATE_LIMIT_PER_MINUTE),
  /** Rows a minute per API key: ten of the largest streams, and as many as a process can store. */
  RATE_LIMIT_ROWS_PER_MINUTE: positive(defaults.RATE_LIMIT_ROWS_PER_MINUTE),
  /** Bytes of transactions a minute per API key, after decompression: four of the largest streams. */
  RATE_LIMIT_BYTES_PER_MINUTE: positive(defaults.RATE_LIMIT_BYTES_PER_MINUTE),
  /** Requests a minute without valid credentials per network address: enough for mistakes, not for guessing. */
  UNAUTHENTICATED_PER_MINUTE: positive(defaults.UNAUTHENTICATED_PER_MINUTE),
  /**
   * An endpoint that speaks the protocol of OpenAI's chat completions, such as https://api.openai.com/v1. Without it
   * no name leaves the installation. With it, names of merchants do (docs/language-model.md).
   */
  LLM_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** A model on the same network may need no key. */
  LLM_API_KEY: z.string().min(1).optional(),
  LLM_MODEL: z.string().min(1).max(200).optional(),
  /** Tokens a day (UTC), which nothing exceeds. The default is some 700 merchants with the starter categories. */
  LLM_DAILY_TOKENS: positive(200_000),
  /**
   * Only merchants that stand on so many rows, of so many accounts, are asked about. A name that few accounts have may be
   * a person's.
   */
  LLM_MIN_ROWS: positive(5),
  LLM_MIN_ACCOUNTS: positive(3),
  /** A call takes a second or two, and a model on a small machine longer. */
  LLM_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(600).default(30),
  /** How often the schedule looks for merchants to ask about, which reads the rows without a category. */
  LLM_INTERVAL_SECONDS: positive(3_600),
  /**
   * An OTLP endpoint that takes HTTP with protobuf, such as http://127.0.0.1:4318. Without it nothing is sent, and the
   * code that would is not loaded (docs/observability.md).
   */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Sent with each export; they usually hold a key. */
  OTEL_EXPORTER_OTLP_HEADERS: headers,
  /**
   * The share of traces that is recorded. With 1 in 20, requests cost hardly more than without; a collector that keeps
   * errors and slow traces needs all, which is 1.
   */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.05),
  /** Lines of the log go to the endpoint too. `none` is for those who collect stdout. */
  OTEL_LOGS_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  /** Metrics go to the endpoint too. `none` is for those who let Prometheus fetch them. */
  OTEL_METRICS_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  /** Whether counts are sent as sums since the start or since the last time. New Relic wants the latter. */
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: z
    .enum(['cumulative', 'delta'])
    .default('cumulative'),
  /** Where Sentry, or what speaks its protocol, takes errors of the API and the worker (docs/observability.md). */
  SENTRY_DSN: sentryDsn,
  /** The same for errors of the console, which browsers send. Anyone who opens the console can read it. */
  SENTRY_CONSOLE_DSN: sentryDsn,
  /** Tells installations that share a DSN apart. */
  SENTRY_ENVIRONMENT: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be up to 64 letters, digits, dots and hyphens')
    .default('production'),
  /** The commit that runs, which becomes part of the release that errors name. */
  RELEASE_COMMIT: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/, 'must be a commit of Git')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Rules that involve several variables. Half of what encryption needs would mean no encryption. */
const checked = variables.superRefine((config, context) => {
  const complain = (name: keyof typeof config, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  for (const server of ['REDIS', 'TEMPORAL', 'KAFKA'] as const) {
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
  for (const name of ['KAFKA_CA_FILE', 'KAFKA_CERT_FILE'] as const) {
    if (config[name] !== undefined && !config.KAFKA_TLS)
      complain('KAFKA_TLS', `must be true where ${name} is set`);
  }
  if (config.KAFKA_SASL_MECHANISM === 'plain' && !config.KAFKA_TLS)
    complain('KAFKA_TLS', 'must be true where KAFKA_SASL_MECHANISM is plain');
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const given = sasl.find((name) => config[name] !== undefined);
  for (const name of sasl) {
    if (given !== undefined && config[name] === undefined)
      complain(name, `must be set with ${given}`);
  }
  for (const name of ['KAFKA_SASL_MECHANISM', 'KAFKA_BOUND_TOPICS'] as const) {
    if (config[name] !== undefined && config.KAFKA_BROKERS === undefined)
      complain('KAFKA_BROKERS', `must be set with ${name}`);
  }
  if (config.KAFKA_TLS && config.KAFKA_BROKERS === undefined)
    complain('KAFKA_BROKERS', 'must be set with KAFKA_TLS');
  if (config.LLM_BASE_URL !== undefined && config.LLM_MODEL === undefined)
    complain('LLM_MODEL', 'must be set with LLM_BASE_URL');
  if (
    config.OTEL_EXPORTER_OTLP_HEADERS !== undefined &&
    config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
  )
    complain('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be set with OTEL_EXPORTER_OTLP_HEADERS');
  // A body beyond the quota could never be sent, however long its client waits.
  for (const [quota, limits] of [
    ['RATE_LIMIT_ROWS_PER_MINUTE', ['MAX_BATCH_ROWS', 'MAX_STREAM_ROWS']],
    ['RATE_LIMIT_BYTES_PER_MINUTE', ['MAX_BODY_BYTES', 'MAX_STREAM_BYTES']],
  ] as const) {
    for (const limit of limits)
      if (config[quota] < config[limit]) complain(quota, `must be at least ${limit}`);
  }
});

const schema = checked.transform((config) => ({
  ...config,
  DATABASE_URL: withPassword(config.DATABASE_URL, config.DATABASE_PASSWORD),
  MIGRATION_DATABASE_URL:
    config.MIGRATION_DATABASE_URL &&
    withPassword(config.MIGRATION_DATABASE_URL, config.MIGRATION_DATABASE_PASSWORD),
  REDIS_URL: config.REDIS_URL && withPassword(config.REDIS_URL, config.REDIS_PASSWORD),
}));

/** A URL that has a password keeps it. */
function withPassword(text: string, password: string | undefined): string {
  const url = new URL(text);
  if (password === undefined || url.password !== '') return text;
  url.password = encodeURIComponent(password);
  return url.href;
}

export type Config = z.infer<typeof schema>;

export const configVariables = Object.keys(variables.shape) as (keyof Config)[];

export const loadConfig = (env: NodeJS.ProcessEnv = process.env): Config =>
  readVariables(schema, env);

/**
 * Reads and validates variables. An empty variable counts as not set, since Compose files leave unset ones empty.
 * Throws an Error that names every invalid variable, but never its value, which may be a secret.
 */
export function readVariables<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `  ${issue.path.join('.')}: ${issue.message}`,
  );
  throw new Error(`The configuration is not valid:\n${problems.join('\n')}`);
}
