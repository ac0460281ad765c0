import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { METHODS } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { dashboardFiles } from '../../deploy/observability/dashboards/dashboards.ts';
import { registerSearchAttributes } from '../../src/local/servers/register-search-attributes.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { sweepScheduleId } from '../../src/temporal/sweep-schedule.ts';
import { documentedMetrics } from '../helpers/documented-metrics.ts';
import { type MetricsSource, type Processes, startProcesses } from '../helpers/processes.ts';
import { readFamilies, readSamples, type Sample, sumOf } from '../helpers/read-metrics.ts';
import { readSelectors } from '../helpers/read-selectors.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

const key = randomBytes(32).toString('hex');
const transactions = '/api/integrations/transactions';

let folder: string;
let db: TestDatabase;
let proxy: TcpProxy;
let processes: Processes;
/** What all processes served before they had any work. */
let atFirst: Sample[];

function ask(
  method: string,
  place: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(processes.url + place, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

const row = (id: string) => ({
  transaction_id: id,
  account_id: 'account-1',
  amount: '-1.00',
  currency: 'USD',
  date: '2026-01-31',
  merchant_name: 'Uber',
});
const batchOf = (...ids: string[]) => ({ transactions: ids.map(row) });

const sources = ['api', 'worker', 'temporal'] as const;
const samplesOf = async (of: MetricsSource) => readSamples(await processes.metrics(of));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-metrics-'));
  const { hostname, port } = new URL(process.env.TEST_DATABASE_URL as string);
  proxy = await startTcpProxy(hostname, Number(port));
  db = await createTestDatabase();
  const databaseUrl = new URL(db.url);
  databaseUrl.port = String(proxy.port);
  const redisUrl = new URL(process.env.TEST_REDIS_URL as string);
  redisUrl.pathname = '/7';
  const namespace = await createTestNamespace();
  const temporalAddress = process.env.TEST_TEMPORAL_ADDRESS as string;
  await registerSearchAttributes(temporalAddress, namespace);
  processes = await startProcesses(folder, {
    DATABASE_URL: databaseUrl.href,
    REDIS_URL: redisUrl.href,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    BOOTSTRAP_API_KEY: key,
    ADMIN_PASSWORD: 'a password of the first admin',
    // The API has metrics of it, whether a broker answers or not.
    KAFKA_BROKERS: '127.0.0.1:1',
    // Few, so that a test reaches the limit.
    UNAUTHENTICATED_PER_MINUTE: '20',
  });
  // The worker says that it has started shortly before it takes work.
  await waitFor(async () => {
    atFirst = (await Promise.all(sources.map((of) => samplesOf(of)))).flat();
    return sumOf(atFirst, 'temporal_worker_task_slots_available') !== null;
  });
  await work(connectLazily(temporalAddress, namespace));
}, 120_000);

afterAll(async () => {
  await processes?.stop();
  await proxy?.close();
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A little of everything that the metrics measure. */
async function work(temporal: ReturnType<typeof connectLazily>): Promise<void> {
  const headers = { 'Idempotency-Key': 'once' };
  await ask('POST', transactions, { body: batchOf('1', '2', '3'), headers });
  await ask('POST', transactions, { body: batchOf('1', '2', '3'), headers });
  await ask('POST', transactions, { body: batchOf('3', '4') });
  await ask('POST', transactions, { body: batchOf('1') });
  await ask('POST', transactions, { body: { transactions: [] } });
  await ask('GET', '/api/integrations/batches', { headers: { Authorization: 'Bearer wrong' } });
  const signIn = (password: string) =>
    ask('POST', '/api/admin/session', { body: { email: 'admin@localhost', password } });
  await signIn('wrong');
  await signIn('a password of the first admin');
  await temporal.client.schedule.getHandle(sweepScheduleId).trigger();
  await temporal.close();
  await waitFor(async () => {
    const samples = await samplesOf('worker');
    return (
      sumOf(samples, 'tallyflow_batches_ended_total') === 3 &&
      sumOf(samples, 'tallyflow_sweep_last_end_timestamp_seconds') !== null
    );
  });
  // The worker drops reports together with the last rows.
  await ask('GET', '/api/reports/account/account-1/summary');
  await ask('GET', '/api/reports/account/account-1/summary');
}

describe('the list of metrics in docs/observability.md', () => {
  it.each([
    ['api', 'API'],
    ['worker', 'worker'],
  ] as const)('has exactly those that the %s serves, with their labels', async (of, name) => {
    const served = [...readFamilies(await processes.metrics(of))]
      .filter(([family]) => family.startsWith('tallyflow_'))
      .map(([family, labels]) => [family, [...labels].sort()]);
    const documented = documentedMetrics()
      .filter((metric) => metric.name.startsWith('tallyflow_') && metric.of.includes(name))
      .map((metric) => [metric.name, metric.labels.sort()]);
    // A gauge without a value is declared, and has no labels.
    expect(Object.fromEntries(served)).toEqual(Object.fromEntries(documented));
  });

  it('has further ones that Node.js and Temporal serve', async () => {
    const served = new Set(
      (
        await Promise.all(
          (['api', 'worker', 'temporal'] as const).map((of) => processes.metrics(of)),
        )
      ).flatMap((text) => [...readFamilies(text).keys()]),
    );
    const documented = documentedMetrics().map(({ name }) => name);
    const foreign = documented.filter((name) => !name.startsWith('tallyflow_'));
    expect(foreign.length).toBeGreaterThanOrEqual(8);
    expect(foreign.filter((name) => !served.has(name))).toEqual([]);
  });
});

describe('what is served', () => {
  it.each(['api', 'worker', 'temporal'] as const)('is as Prometheus wants it: %s', async (of) => {
    const input = await processes.metrics(of);
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    if (error !== undefined)
      throw new Error('There is no promtool here; script/bootstrap --with-prometheus installs it.');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('counts each request, batch and row once', async () => {
    const api = await samplesOf('api');
    const worker = await samplesOf('worker');
    const ingest = 'tallyflow_ingest_request_seconds_count';
    expect({
      accepted: sumOf(api, ingest, { rows: '1000', outcome: 'accepted' }),
      refused: sumOf(api, ingest, { rows: 'unknown', outcome: 'refused' }),
      new: sumOf(api, 'tallyflow_batches_captured_total', { outcome: 'new' }),
      replayed: sumOf(api, 'tallyflow_batches_captured_total', { outcome: 'replayed' }),
      stored: sumOf(api, 'tallyflow_transactions_captured_total', { outcome: 'stored' }),
      duplicate: sumOf(api, 'tallyflow_transactions_captured_total', { outcome: 'duplicate' }),
      unauthenticated: sumOf(api, 'tallyflow_requests_refused_total', { code: 'unauthenticated' }),
      wrongPassword: sumOf(api, 'tallyflow_sign_ins_total', { outcome: 'wrong_password' }),
      signedIn: sumOf(api, 'tallyflow_sign_ins_total', { outcome: 'succeeded' }),
      hits: sumOf(api, 'tallyflow_cache_lookups_total', { cache: 'reports', outcome: 'hit' }),
      misses: sumOf(api, 'tallyflow_cache_lookups_total', { cache: 'reports', outcome: 'miss' }),
    }).toEqual({
      accepted: 4,
      refused: 1,
      new: 3,
      replayed: 1,
      stored: 4,
      duplicate: 2,
      unauthenticated: 2,
      wrongPassword: 1,
      signedIn: 1,
      hits: 1,
      misses: 1,
    });
    expect({
      processed: sumOf(worker, 'tallyflow_transactions_processed_total'),
      categorized: sumOf(worker, 'tallyflow_transactions_categorized_total'),
      completed: sumOf(worker, 'tallyflow_batches_ended_total', { outcome: 'completed' }),
      failed: sumOf(worker, 'tallyflow_batches_ended_total', { outcome: 'failed' }),
      measured: sumOf(worker, 'tallyflow_batch_seconds_count', { rows: '1000' }),
    }).toEqual({ processed: 4, categorized: 4, completed: 3, failed: 0, measured: 3 });
  });

  it('has as many series whatever clients send', async () => {
    const ours = async () =>
      (await samplesOf('api'))
        .filter(({ name }) => name.startsWith('tallyflow_'))
        .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    const attack = async (round: number) => {
      // fetch() refuses these two, which a server answers in their own way.
      const methods = METHODS.filter((method) => !['CONNECT', 'TRACE'].includes(method));
      for (const method of methods) {
        await ask(method, `/${method}/${round}?${round}`);
        await ask(method, `/api/reports/account/nobody-${round}/summary`);
      }
      for (let each = 0; each < 30; each++) {
        const name = `${round}-${each}-"}\n`;
        await ask('POST', transactions, {
          body: { transactions: [{ ...row(name), currency: 'XXX' }] },
          headers: { 'X-Request-Id': `${round}.${each}`, 'Idempotency-Key': `${round}.${each}` },
        });
        await ask('GET', `/api/admin/${encodeURIComponent(name)}`, {
          headers: { Authorization: `Bearer ${round}${each}` },
        });
      }
      for (let each = 0; each < 3; each++)
        await ask('POST', '/api/admin/session', {
          body: { email: `${round}${each}@example.com`, password: `${round}-${each}` },
        });
    };
    await attack(1);
    const before = await ours();
    await attack(2);
    expect((await ours()).filter((series) => !before.includes(series))).toEqual([]);
  });

  it('answers within a second while the database is away, without what it no longer knows', async () => {
    const backlog = async () =>
      (await samplesOf('api')).filter(({ name }) => /^tallyflow_(open|oldest)_/.test(name)).length;
    await waitFor(async () => (await backlog()) === 5);
    await proxy.cut();
    // What was read before the database went away may be ten seconds old.
    let longestMs = 0;
    await waitFor(async () => {
      const startedAt = performance.now();
      const count = await backlog();
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      return count === 0;
    });
    expect(longestMs).toBeLessThan(1_000);
    await proxy.restore();
    await waitFor(async () => (await backlog()) === 5);
  });
});

describe('what rules and dashboards name', () => {
  const deploy = path.resolve(import.meta.dirname, '../../deploy/observability');
  /** Labels that Prometheus adds to everything it reads. */
  const added = ['job', 'instance'];

  /** Metrics of the gateway and the consumer, and of other exporters, as docs/observability.md lists them. */
  function foreignMetrics(): Map<string, Set<string>> {
    const text = readFileSync(path.join(deploy, '../../docs/observability.md'), 'utf8');
    const section = /^### Metrics of others$(.*?)^##/ms.exec(text)?.[1] ?? '';
    const ofKafka = text
      .split('\n')
      .filter((line) => /^\| `[^|]*\| .*(gateway|consumer)/.test(line));
    return new Map(
      [...section.split('\n'), ...ofKafka]
        .filter((line) => line.startsWith('| `'))
        .map((line) => {
          const [, name = '', , labels = ''] = line.split('|');
          return [
            name.replaceAll(/[ `]/g, ''),
            new Set([...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label as string)),
          ];
        }),
    );
  }

  interface Rule {
    record?: string;
    alert?: string;
    expr: string;
    annotations?: Record<string, string>;
  }
  const rules: Rule[] = ['objectives', 'tallyflow', 'machines'].flatMap((name) => {
    const text = readFileSync(path.join(deploy, `rules/${name}.yml`), 'utf8');
    return (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
  });

  interface Dashboard {
    title: string;
    panels: { title: string; targets: { expr?: string; legendFormat?: string }[] }[];
  }
  const queries = dashboardFiles
    .map(({ text }) => JSON.parse(text) as Dashboard)
    .flatMap(({ title, panels }) =>
      panels.flatMap((panel) =>
        panel.targets.flatMap(({ expr, legendFormat = '' }) =>
          // The others ask Tempo.
          expr === undefined ? [] : [{ place: `${title}, ${panel.title}`, expr, legendFormat }],
        ),
      ),
    );

  const named = [
    ...rules.map(({ record, alert, expr, annotations }) => ({
      place: record ?? alert ?? '',
      expr,
      shown: [...JSON.stringify(annotations ?? {}).matchAll(/\$labels\.(\w+)/g)],
    })),
    ...queries.map(({ place, expr, legendFormat }) => ({
      place,
      expr: expr.replaceAll('$__rate_interval', '5m'),
      shown: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)],
    })),
  ].map(({ place, expr, shown }) => ({
    place,
    selectors: readSelectors(expr),
    shown: shown.map(([, label]) => label as string),
  }));

  it('is served by the API, a worker or its Temporal SDK, or is listed as of others', async () => {
    const texts = await Promise.all(sources.map((of) => processes.metrics(of)));
    const served = [...texts.flatMap((text) => [...readFamilies(text)]), ...foreignMetrics()];
    const families = new Map<string, Set<string>>();
    // Both the API and the worker have some of them.
    for (const [name, labels] of served)
      families.set(name, new Set([...(families.get(name) ?? []), ...labels]));
    for (const { record } of rules) if (record !== undefined) families.set(record, new Set());

    const missing = named.flatMap(({ place, selectors, shown }) => {
      const known = new Set<string>(added);
      const problems = selectors.flatMap(({ metric, labels }) => {
        const part = /_(bucket|sum|count)$/.exec(metric);
        const family =
          families.get(metric) ?? (part ? families.get(metric.slice(0, part.index)) : undefined);
        if (family === undefined) return [`${place}: there is no ${metric}`];
        const has = new Set([...family, ...added, ...(part?.[1] === 'bucket' ? ['le'] : [])]);
        for (const label of has) known.add(label);
        return [...labels.difference(has)].map((label) => `${place}: ${metric} has no ${label}`);
      });
      const unknown = shown.filter((label) => !known.has(label));
      return [
        ...problems,
        ...unknown.map((label) => `${place} shows ${label}, which is not there`),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('has the values that labels are compared with', async () => {
    const samples = (await Promise.all(sources.map((of) => samplesOf(of)))).flat();
    const served = new Set(samples.map(({ name }) => name));
    const missing = named.flatMap(({ place, selectors }) =>
      selectors
        .filter(({ metric }) => served.has(metric))
        .flatMap(({ metric, values }) =>
          values
            // Prometheus adds jobs, and no request of this test has failed.
            .filter(({ label }) => label !== 'job' && label !== 'status')
            .filter(
              ({ label, matches }) =>
                !samples.some(
                  ({ name, labels }) => name === metric && matches(labels[label] ?? ''),
                ),
            )
            .map(({ label, value }) => `${place}: no ${metric} has the ${label} ${value}`),
        ),
    );
    expect(missing).toEqual([]);
  });

  it('has every metric whose absence is alerted, also before anything has come in', () => {
    const { expr = '' } = rules.find(({ alert }) => alert === 'TallyflowMetricMissing') ?? {};
    const alerted = readSelectors(expr).map(({ metric }) => metric);
    expect(alerted.length).toBeGreaterThan(5);
    expect(alerted.filter((metric) => !atFirst.some(({ name }) => name === metric))).toEqual([]);
  });
});

it('a worker whose port is taken says which one', async () => {
  const url = /"url":"http:\/\/127\.0\.0\.1:(\d+)\/metrics","msg":"metrics of Temporal served"/;
  const [, port] = url.exec(await processes.logs()) ?? [];
  const worker = path.resolve(import.meta.dirname, '../../src/worker.ts');
  const { status, stdout } = spawnSync(process.execPath, [worker], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: db.url,
      METRICS_PORT: '0',
      TEMPORAL_METRICS_PORT: port,
    },
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  expect(stdout).toContain(`TEMPORAL_METRICS_PORT ${port} on 127.0.0.1: `);
});
