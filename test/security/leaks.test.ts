import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isServerLogTerse } from '../../src/db/connection/is-server-log-terse.ts';
import { registerSearchAttributes } from '../../src/local/servers/register-search-attributes.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { openStream } from '../helpers/open-stream.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../helpers/otlp-receiver.ts';
import { type Processes, startProcesses } from '../helpers/processes.ts';
import { type SentryReceiver, startSentryReceiver } from '../helpers/sentry-receiver.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What nobody but its owner may see; those that the stack hands out itself are added by the test. */
const secrets: Record<string, string> = {
  'the key of the environment': `leak-key-${randomBytes(24).toString('hex')}`,
  'the password of the first admin': 'leak password of the admin',
  'the password of Redis': 'leak-password-of-redis',
  'a wrong key': 'leak-wrong-key-that-may-be-a-typo',
  'a wrong password': 'leak wrong password',
  'the password of a new user': 'leak password of a new user',
  'the key of the collector': 'leak-key-of-the-collector',
};
/** What clients send, and only clients get back. */
const texts: Record<string, string> = {
  'a merchant': 'LEAK-MERCHANT',
  'a description': 'LEAK-DESCRIPTION',
  'an account': 'LEAK-ACCOUNT',
  'a transaction': 'LEAK-TRANSACTION',
  'an amount': '98765.4321',
  'a piece of a broken body': 'LEAK-BROKEN',
  'an e-mail address': 'leak-new@example.com',
  'an unknown e-mail address': 'leak-unknown@example.com',
  'a category': 'LEAK-CATEGORY',
  'a pattern': 'LEAK-PATTERN',
  'a query': 'LEAK-QUERY',
  'a path': 'LEAK-PATH',
  'a header': 'LEAK-HEADER',
};

/** An id as a client may choose it. The log has it, and whoever sees the audit log. */
const requestId = 'leak-request-id@example.com';

let folder: string;
let namespace: string;
let db: TestDatabase;
let proxy: TcpProxy;
let processes: Processes;
/** Takes traces, metrics and logs. */
let collector: OtlpReceiver;
/** Takes errors. */
let sentry: SentryReceiver;
/** Of all that was refused. */
const errorAnswers: string[] = [];
let histories = '';
let logs = '';
/** Of PostgreSQL, Temporal and Redis. */
let serverLogs = '';

async function ask(
  method: string,
  place: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<{ status: number; headers: Headers; text: string }> {
  const answer = await fetch(processes.url + place, {
    method,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status >= 400) errorAnswers.push(`${JSON.stringify([...answer.headers])} ${text}`);
  return { status: answer.status, headers: answer.headers, text };
}

const row = (id: string, merchantName: string) => ({
  transaction_id: `${texts['a transaction']}-${id}`,
  account_id: texts['an account'],
  amount: `-${texts['an amount']}`,
  currency: 'USD',
  date: '2026-01-31',
  merchant_name: merchantName,
  description: texts['a description'],
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-leaks-'));
  const { hostname, port } = new URL(process.env.TEST_DATABASE_URL as string);
  proxy = await startTcpProxy(hostname, Number(port));
  db = await createTestDatabase();
  // A row that the database refuses to complete, with an error that quotes the row.
  await db.database.raw(
    `ALTER TABLE transactions ADD CONSTRAINT poison CHECK (ingestion_status = 'pending' OR merchant_name NOT LIKE '%POISON%')`,
  );
  // And one that it refuses to store.
  await db.database.raw(
    `ALTER TABLE transactions ADD CONSTRAINT refused CHECK (merchant_name NOT LIKE '%REFUSED%')`,
  );
  const databaseUrl = new URL(db.url);
  databaseUrl.port = String(proxy.port);
  secrets['the password of the database'] = decodeURIComponent(databaseUrl.password);
  const redisUrl = new URL(process.env.TEST_REDIS_URL as string);
  redisUrl.password = secrets['the password of Redis'] as string;
  redisUrl.pathname = '/6';
  collector = await startOtlpReceiver();
  sentry = await startSentryReceiver();
  namespace = await createTestNamespace();
  await registerSearchAttributes(process.env.TEST_TEMPORAL_ADDRESS as string, namespace);
  processes = await startProcesses(folder, {
    DATABASE_URL: databaseUrl.href,
    REDIS_URL: redisUrl.href,
    TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS as string,
    TEMPORAL_NAMESPACE: namespace,
    BOOTSTRAP_API_KEY: secrets['the key of the environment'] as string,
    ADMIN_PASSWORD: secrets['the password of the first admin'] as string,
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${secrets['the key of the collector']}`,
    OTEL_TRACES_SAMPLER_ARG: '1',
    SENTRY_DSN: sentry.dsn,
  });
  await useEverything();
}, 180_000);
afterAll(async () => {
  await processes?.stop();
  await collector?.stop();
  await sentry?.stop();
  await proxy?.close();
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Good requests and bad ones, with servers there and away. */
async function useEverything(): Promise<void> {
  const withKey = { Authorization: `Bearer ${secrets['the key of the environment']}` };
  const ingest = '/api/integrations/transactions';
  const session = '/api/admin/session';

  await ask('GET', '/api/integrations/batches', {
    Authorization: `Bearer ${secrets['a wrong key']}`,
  });
  await ask(
    'POST',
    ingest,
    withKey,
    `{"transactions": [{"merchant_name": "${texts['a piece of a broken body']}" `,
  );
  await ask('POST', ingest, withKey, {
    transactions: [
      {
        ...row('bad', texts['a merchant'] as string),
        currency: 'LEAK',
        amount: `${texts['an amount']}9`,
      },
    ],
  });
  const signIn = (password: string | undefined) =>
    ask('POST', session, {}, { email: 'admin@localhost', password });
  await signIn(secrets['a wrong password']);
  const signedIn = await signIn(secrets['the password of the first admin']);
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const csrfToken = JSON.parse(signedIn.text).csrf_token as string;
  secrets['a session'] = cookie.split('=')[1] as string;
  secrets['a CSRF token'] = csrfToken;
  const asUser = { Cookie: cookie, 'X-CSRF-Token': csrfToken };
  const created = await ask('POST', '/api/admin/api-keys', asUser, { name: 'x', scopes: ['read'] });
  secrets['a new key'] = JSON.parse(created.text).key;
  const invited = await ask('POST', '/api/admin/users', asUser, {
    email: texts['an e-mail address'],
    name: 'New',
    role: 'viewer',
  });
  await ask('POST', session, {}, { email: texts['an unknown e-mail address'], password: 'x' });
  const token = JSON.parse(invited.text).invitation_url.split('#')[1] as string;
  secrets['an invitation'] = token;
  const password = secrets['the password of a new user'];
  await ask('POST', '/api/admin/invitations/accept', {}, { token, password: 'short' });
  await ask('POST', '/api/admin/invitations/accept', {}, { token, password });

  const good = await ask('POST', ingest, withKey, {
    transactions: [row('good', texts['a merchant'] as string)],
  });
  const poison = await ask('POST', ingest, withKey, {
    transactions: [row('poison', `${texts['a merchant']} POISON`)],
  });
  const batches = [good, poison].map(({ text }) => JSON.parse(text).batch_id as string);
  const ended = async (id: string | undefined) => {
    const { text } = await ask('GET', `/api/integrations/batches/${id}`, withKey);
    return ['completed', 'failed'].includes(JSON.parse(text).status) && text;
  };
  await waitFor(() => ended(batches[0]));
  errorAnswers.push(await waitFor(() => ended(batches[1]), 90_000));
  await ask('GET', `/api/reports/account/${texts['an account']}/summary?start_date=LEAK`, withKey);
  await ask('GET', `/api/reports/account/${texts['an account']}/summary`, {
    Authorization: `Bearer ${secrets['a new key']}`,
  });

  await useConsole(asUser);
  await sendHostileRequests(withKey, asUser);
  await provokeDatabase(ingest, withKey);

  await proxy.cut();
  await ask('POST', ingest, withKey, {
    transactions: [row('away', texts['a merchant'] as string)],
  });
  await ask('GET', session, asUser);
  await signIn(secrets['the password of the first admin']);
  await proxy.restore();
  await waitFor(async () => (await ask('GET', '/readyz', {})).status === 200);

  histories = await readHistories();
  logs = await processes.logs();
  const folderOfServers = process.env.TEST_SERVER_LOGS as string;
  serverLogs = readdirSync(folderOfServers)
    .map((name) => readFileSync(path.join(folderOfServers, name), 'utf8'))
    .join('\n');
}

/** What people do with rows in the console, which puts texts and ids into bodies, paths and queries. */
async function useConsole(asUser: Record<string, string>): Promise<void> {
  const admin = (method: string, place: string, body?: unknown, headers = {}) =>
    ask(method, `/api/admin/${place}`, { ...asUser, ...headers }, body);
  const account = texts['an account'];
  const merchant = texts['a merchant'];
  const query = texts['a query'];

  await admin('POST', 'categories', { name: texts['a category'], color: texts['a pattern'] });
  const { text } = await admin('POST', 'categories', { name: `${texts['a category']} 2` });
  const categoryId = JSON.parse(text).id as number;
  const pattern = { category_id: categoryId, pattern: texts['a pattern'] };
  await admin('POST', 'category-patterns', pattern);
  await admin('POST', 'category-patterns', { ...pattern, pattern: merchant });
  await admin('POST', 'category-patterns/preview', { pattern: merchant, category_id: categoryId });
  await admin('POST', 'category-patterns/test', { merchant_name: merchant });
  await admin('POST', 'categories/import', `category,pattern\n${texts['a category']} 3,x\n`, {
    'Content-Type': 'text/csv',
  });
  await admin('POST', 'categories/import', `{"broken": "${texts['a piece of a broken body']}`);
  await admin('GET', `accounts/${account}/overview`);
  await admin('GET', `accounts/${account}/overview.csv?from=${query}`);
  await admin('GET', `accounts?q=${account}`);
  const listed = await admin('GET', `transactions?q=${merchant}&account_id=${account}`);
  const [first] = JSON.parse(listed.text);
  await admin('PATCH', `transactions/${first.id}`, { category_id: categoryId });
  await admin('GET', `transactions/export.csv?q=${query}`);
  await admin('GET', `uncategorized-groups?q=${merchant}`);
  await admin('POST', 'recategorizations', {});
  await admin('POST', 'learning/trainings', {});
  await admin('POST', 'system/schedule/trigger');
  await waitFor(async () =>
    (await admin('GET', 'recategorizations')).text.includes('"status":"completed"'),
  );
}

/** Whatever an attacker may put into a request; the answers do not matter. */
async function sendHostileRequests(
  withKey: Record<string, string>,
  asUser: Record<string, string>,
): Promise<void> {
  const header = texts['a header'] as string;
  const hostile = {
    'User-Agent': header,
    Referer: `https://example.com/${header}`,
    'X-Request-Id': `"${header}"`,
    'X-Forwarded-For': header,
    'X-Forwarded-Host': header,
    Forwarded: `for=${header}`,
    Origin: `https://${header}`,
    'Accept-Language': header,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: `leak=${header}`,
    baggage: `leak=${header}`,
  };
  const places = [
    `/api/integrations/transactions?${texts['a query']}=${texts['a query']}`,
    `/api/integrations/batches/${texts['a path']}`,
    `/api/reports/account/${texts['an account']}/summary?start_date=${texts['a query']}`,
    `/api/reports/account/${texts['an account']}/${texts['a path']}`,
    `/api/admin/accounts/${texts['an account']}/overview?x=${texts['a query']}`,
    `/api/admin/categorizers/${texts['a path']}`,
    `/admin/${texts['a path']}?${texts['a query']}`,
    `/${texts['a path']}/%ff?${texts['a query']}`,
  ];
  for (const place of places)
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const who of [withKey, asUser, { Cookie: `session=${header}` }])
        await ask(
          method,
          place,
          {
            ...hostile,
            ...who,
            'Content-Type': header,
            ...(method === 'GET' && { 'X-Request-Id': requestId }),
          },
          method === 'GET' ? undefined : texts['a piece of a broken body'],
        );
  const one = { transactions: [row('hostile', texts['a merchant'] as string)] };
  const key = { 'Idempotency-Key': header };
  for (const amount of [`-${texts['an amount']}`, '1']) {
    const transactions = one.transactions.map((each) => ({ ...each, amount }));
    await ask(
      'POST',
      '/api/integrations/transactions',
      { ...withKey, ...hostile, ...key },
      { transactions },
    );
  }
}

/** Batches that the database refuses, at least at first. */
async function provokeDatabase(ingest: string, withKey: Record<string, string>): Promise<void> {
  const merchant = texts['a merchant'] as string;
  // Few are stored by one statement, and many are copied.
  for (const count of [2, 200]) {
    const rows = Array.from({ length: count }, (_, index) => row(`${count}-${index}`, merchant));
    const post = (transactions: unknown[]) => ask('POST', ingest, withKey, { transactions });
    expect((await post(rows)).status).toBe(202);
    expect(JSON.parse((await post(rows)).text).duplicate_count).toBe(count);
    const others = rows.map((each) => ({ ...each, amount: '1', description: null }));
    expect(JSON.parse((await post(others)).text).conflict_count).toBe(count);
    const refused = row(`refused-${count}`, `${merchant} REFUSED`);
    expect((await post([...rows, refused])).status).toBe(500);
    expect((await post([...rows, { ...rows[0], date: 'LEAK-BROKEN' }])).status).toBe(400);
  }
  // A stream that has stored a part, and holds its rows.
  const stream = openStream({
    url: processes.url,
    key: secrets['the key of the environment'] as string,
  });
  const held = Array.from({ length: 10_000 }, (_, index) => row(`held-${index}`, merchant));
  stream.send(held);
  await waitFor(async () => {
    const { rows } = await db.database.raw(
      `SELECT FROM pg_stat_activity WHERE datname = current_database()
         AND state = 'idle in transaction' AND query LIKE 'RELEASE%'`,
    );
    return rows.length > 0;
  });
  // At once: a stream that sends nothing is lost after a while.
  const waiting = [1, 200].map((count) =>
    ask('POST', ingest, withKey, { transactions: held.slice(0, count) }),
  );
  for (const { text } of await Promise.all(waiting))
    expect(text).toContain('storing the same transactions');
  stream.leave();
}

/** Of every workflow that has run. */
async function readHistories(): Promise<string> {
  const { client, close } = connectLazily(process.env.TEST_TEMPORAL_ADDRESS as string, namespace);
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { events } = await handle.fetchHistory();
    texts.push(
      JSON.stringify(await handle.describe(), (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );
    // Payloads are JSON in bytes.
    texts.push(
      JSON.stringify(events, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
      ),
    );
  }
  await close();
  return texts.join('\n');
}

/** Names of what occurs in a text, as it is or as a URL or JSON would write it. */
const foundIn = (text: string, wanted: Record<string, string>): string[] =>
  Object.entries(wanted).flatMap(([name, value]) =>
    [value, encodeURIComponent(value), Buffer.from(value).toString('base64')].some((form) =>
      text.includes(form),
    )
      ? [name]
      : [],
  );

describe('neither secrets nor what clients send', () => {
  const everything = () => ({ ...secrets, ...texts });

  test('are in the logs, whatever their level', () => {
    expect(logs).toContain('"level":"debug"');
    expect(logs).toContain('database_unavailable');
    expect(foundIn(logs, everything())).toEqual([]);
  });

  test('are in the logs of the servers, whatever they had to refuse', () => {
    expect(serverLogs).toContain('duplicate key value violates unique constraint');
    expect(serverLogs).toContain('violates check constraint "poison"');
    expect(serverLogs).toContain('violates check constraint "refused"');
    expect(serverLogs).toContain('canceling statement due to lock timeout');
    const names = readdirSync(process.env.TEST_SERVER_LOGS as string);
    expect(names).toEqual(expect.arrayContaining(['postgres.log', 'temporal.log']));
    expect(foundIn(serverLogs, everything())).toEqual([]);
  });

  test('are in error answers', () => {
    expect(errorAnswers.length).toBeGreaterThan(8);
    expect(
      foundIn(errorAnswers.join('\n'), { ...secrets, 'a merchant': 'LEAK-M', 'a body': 'LEAK-B' }),
    ).toEqual([]);
  });

  test('are in the histories of workflows, nor in what their list shows', () => {
    for (const activity of [
      'processWholeBatch',
      'recategorizeRange',
      'sweepBatches',
      'trainCategorizers',
    ])
      expect(histories).toContain(activity);
    expect(foundIn(histories, everything())).toEqual([]);
  });

  test('are in the metrics', async () => {
    const port = /"url":"http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(logs)?.[1];
    expect(port).toBeDefined();
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('tallyflow_http_request_seconds');
    expect(foundIn(metrics, everything())).toEqual([]);
  });
});

test('a server whose log quotes rows is found', async () => {
  expect(await isServerLogTerse(db.limitedDatabase)).toBe(true);
  expect(logs).not.toContain('log_error_verbosity');
  await db.database.transaction(async (trx) => {
    await trx.raw("SET LOCAL log_error_verbosity = 'default'");
    expect(await isServerLogTerse(trx)).toBe(false);
  });
});

test('no secret is in the list of processes', () => {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        // It ended in between.
        return [];
      }
    });
  expect(commands.some((command) => command.includes('src/server.ts'))).toBe(true);
  expect(foundIn(commands.join('\n'), secrets)).toEqual([]);
});

test('the database holds keys, tokens and passwords only hashed', async () => {
  const dump: string[] = [];
  for (const table of ['api_keys', 'admin_users', 'admin_sessions', 'audit_log', 'batches']) {
    const { rows } = await db.database.raw('SELECT t::text AS row FROM ?? AS t', [table]);
    dump.push(...rows.map(({ row }: { row: string }) => row));
  }
  const { 'a CSRF token': _, ...hashed } = secrets;
  expect(foundIn(dump.join('\n'), hashed)).toEqual([]);
});

describe('nothing of it leaves', () => {
  // What is queued is sent when a process ends.
  beforeAll(() => processes.stop());

  const everything = () => ({ ...secrets, ...texts, 'a request id': requestId });
  const sent = (path: string) =>
    collector.requests
      .filter((request) => request.path === path)
      .map(({ text }) => text)
      .join('\n');

  test('in traces', () => {
    expect(collector.failures).toEqual([]);
    const services = new Set(collector.spans.map(({ service }) => service));
    expect([...services].sort()).toEqual(['tallyflow-api', 'tallyflow-worker']);
    expect(foundIn(sent('/v1/traces'), everything())).toEqual([]);
  });

  test('in logs', () => {
    expect(logs).toContain(requestId);
    const bodies = collector.logs.map(({ body }) => body);
    expect(bodies).toEqual(
      expect.arrayContaining(['refused', 'request failed', 'batch completed', 'batch failed']),
    );
    expect(foundIn(sent('/v1/logs'), everything())).toEqual([]);
    // The address of the first admin is in the log of the machine.
    expect(sent('/v1/logs')).not.toContain('admin@localhost');
  });

  test('in errors', () => {
    // The check that refuses to store a row, and the one that refuses to complete one.
    expect(sentry.envelopes.length).toBeGreaterThanOrEqual(2);
    const envelopes = sentry.envelopes.map(({ raw }) => raw).join('\n');
    expect(foundIn(envelopes, everything())).toEqual([]);
  });

  test('in metrics', () => {
    const names = collector.metrics.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'tallyflow_http_request_seconds',
        'tallyflow_transactions_processed_total',
      ]),
    );
    expect(foundIn(sent('/v1/metrics'), everything())).toEqual([]);
  });
});
