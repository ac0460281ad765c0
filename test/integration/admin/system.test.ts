import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import type { SystemBody } from '../../../src/api/admin/system/schema.ts';
import { ReportCache } from '../../../src/cache/report-cache.ts';
import { connectLazily, type TemporalConnection } from '../../../src/temporal/connection.ts';
import { ensureSweepSchedule } from '../../../src/temporal/sweep-schedule.ts';
import { startTcpProxy, type TcpProxy } from '../../helpers/tcp-proxy.ts';
import { createTestNamespace } from '../../helpers/temporal-namespace.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { createTestChain } from '../../helpers/test-chain.ts';
import { startTestWorker } from '../../helpers/test-worker.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const path = '/api/admin/system';
const taskQueue = 'system-test';
/** Each part may take two seconds, all of them at the same time. */
const patienceMs = 3_500;
/** Runs fall on multiples of it since 1970: none comes by itself while this runs, but once a month. */
const monthSeconds = 30 * 86_400;

let namespace: string;
let temporal: TemporalConnection;
/** Through these the API reaches Temporal and Redis. */
let toTemporal: TcpProxy;
let toRedis: TcpProxy;
let api: TestApi;

beforeAll(async () => {
  namespace = await createTestNamespace();
  temporal = connectLazily(process.env.TEST_TEMPORAL_ADDRESS as string, namespace);
  const [host, port] = (process.env.TEST_TEMPORAL_ADDRESS as string).split(':');
  toTemporal = await startTcpProxy(host as string, Number(port));
  const redis = new URL(process.env.TEST_REDIS_URL as string);
  toRedis = await startTcpProxy(redis.hostname, Number(redis.port));
  api = await startTestApi({
    redisUrl: `redis://127.0.0.1:${toRedis.port}/5`,
    config: {
      TEMPORAL_ADDRESS: `127.0.0.1:${toTemporal.port}`,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_UI_URL: 'https://temporal.example.com/',
    },
  });
}, 60_000);

afterEach(async () => {
  await Promise.all([toTemporal.restore(), toRedis.restore()]);
  await waitFor(async () => (await api.get('/readyz')).body.status === 'ready');
});

afterAll(async () => {
  await api?.stop();
  await Promise.all([toTemporal?.close(), toRedis?.close(), temporal?.close()]);
});

const system = async () => (await api.get<SystemBody>(path)).body;
/** A server of a machine that is busy may take longer to tell than the page waits. */
const everyServer = () =>
  waitFor(async () => {
    const body = await system();
    return body.cache.status === 'up' && body.backlog !== null && body;
  });
const scheduled = () => waitFor(async () => (await system()).schedule);
const startedWorker = () => ensureSweepSchedule(temporal.client, taskQueue, monthSeconds);
const auditLog = async () =>
  (await api.get<AuditEntryBody[]>('/api/admin/audit-log?resource=system')).body;

describe('before the first worker has started', () => {
  test('tells of the servers, and of no schedule', async () => {
    expect(await everyServer()).toEqual({
      database: {
        status: 'up',
        version: expect.stringMatching(/^\d+\.\d+/),
        size_bytes: expect.any(Number),
      },
      temporal: {
        status: 'up',
        address: `127.0.0.1:${toTemporal.port}`,
        namespace,
        ui_url: `https://temporal.example.com/namespaces/${namespace}/workflows`,
      },
      cache: {
        kind: 'redis',
        status: 'up',
        key_count: 0,
        hits: expect.any(Number),
        misses: expect.any(Number),
        process: { reports: { hits: 0, misses: 0 }, patterns: { hits: 0, misses: 0 } },
      },
      kafka: null,
      schedule: null,
      backlog: {
        pending_batch_count: 0,
        processing_batch_count: 0,
        transaction_count: 0,
        oldest_created_at: null,
      },
      throughput: {
        of: 'all_processes',
        minutes: Array.from({ length: 60 }, () => ({
          starts_at: expect.stringMatching(/:00\.000Z$/),
          batch_count: expect.any(Number),
          transaction_count: expect.any(Number),
          completed_batch_count: expect.any(Number),
          failed_batch_count: expect.any(Number),
          completed_transaction_count: expect.any(Number),
          refusal_count: expect.any(Number),
        })),
      },
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      started_at: expect.any(String),
    });
  });

  test('has nothing to pause', async () => {
    const answer = await api.post<Problem>(`${path}/schedule/pause`, { note: '' });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    expect(await auditLog()).toEqual([]);
  });
});

describe('the schedule', () => {
  beforeAll(startedWorker);

  test('tells when it runs next, and where to look at it', async () => {
    const schedule = await scheduled();
    expect(schedule).toMatchObject({
      id: 'pending-batch-sweep',
      paused: false,
      note: null,
      recent_runs: [],
      url: `https://temporal.example.com/namespaces/${namespace}/schedules/pending-batch-sweep`,
    });
    const next = Date.parse(schedule.next_runs[0] as string) - Date.now();
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThanOrEqual(monthSeconds * 1_000);
  });

  test('is paused and resumed, with a word in the audit log', async () => {
    expect((await api.post(`${path}/schedule/pause`, { note: ' moving house ' })).status).toBe(204);
    expect(await scheduled()).toMatchObject({ paused: true, note: 'moving house' });
    expect((await api.post(`${path}/schedule/resume`)).status).toBe(204);
    expect(await scheduled()).toMatchObject({ paused: false, note: null });
    expect(await auditLog()).toMatchObject([
      {
        action: 'resume',
        resource_id: 'schedule',
        before: { paused: true, note: 'moving house' },
        after: { paused: false, note: null },
      },
      { action: 'pause', before: { paused: false }, after: { paused: true } },
    ]);
  });

  test('stays paused when a worker starts', async () => {
    await api.post(`${path}/schedule/pause`, { note: '' });
    await startedWorker();
    expect(await scheduled()).toMatchObject({
      paused: true,
      note: 'Paused in the console',
    });
    await api.post(`${path}/schedule/resume`);
  });

  test('runs now when asked, and tells what the run has brought', async () => {
    expect((await api.post(`${path}/schedule/trigger`)).status).toBe(204);
    const run = await waitFor(async () => (await system()).schedule?.recent_runs[0]);
    expect(run).toMatchObject({
      status: 'running',
      result: null,
      url: `https://temporal.example.com/namespaces/${namespace}/workflows/${encodeURIComponent(run.workflow_id)}/${run.run_id}/history`,
    });
    const worker = await startTestWorker(
      {
        database: api.limitedDatabase,
        chain: createTestChain(api.limitedDatabase, api.cache),
        reports: new ReportCache(api.cache),
      },
      taskQueue,
      namespace,
    );
    const completed = await waitFor(async () => {
      const latest = (await system()).schedule?.recent_runs[0];
      return latest?.status === 'completed' && latest;
    });
    await worker.stop();
    expect(completed.result).toEqual({
      started_count: 0,
      repaired_count: 0,
      expired_key_count: 0,
    });
    expect((await auditLog())[0]).toMatchObject({ action: 'trigger', resource_id: 'schedule' });
  });

  test('is operated where Temporal takes its time', async () => {
    toTemporal.slow(1_200);
    expect((await api.post(`${path}/schedule/pause`, { note: '' })).status).toBe(204);
    expect((await api.post(`${path}/schedule/resume`)).status).toBe(204);
  });

  test.each([
    ['no note', {}, '/note'],
    ['a note of 501 characters', { note: 'x'.repeat(501) }, '/note'],
    ['something else', { note: '', until: 'tomorrow' }, '/until'],
  ])('is not paused with %s', async (_, body, pointer) => {
    const answer = await api.post<Problem>(`${path}/schedule/pause`, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});

describe('caches', () => {
  const report = () => api.get('/api/reports/account/acc-1/summary');

  test('tell how often they were asked in vain, and are dropped', async () => {
    await api.post('/api/integrations/transactions', {
      transactions: [
        {
          transaction_id: 't',
          account_id: 'acc-1',
          amount: '-1.00',
          currency: 'USD',
          date: '2026-01-15',
        },
      ],
    });
    // The cache is given up for a moment where a busy machine lets it wait, and until then nothing was asked.
    const before = await everyServer();
    await report();
    expect((await report()).headers.get('x-cache')).toBe('hit');
    const after = await system();
    expect(after.cache.process.reports).toEqual({ hits: 1, misses: 1 });
    expect(after.cache.key_count).toBeGreaterThan(0);
    expect(after.cache.hits).toBeGreaterThan(before.cache.hits as number);
    expect((await api.post(`${path}/caches/drop`)).status).toBe(204);
    expect((await report()).headers.get('x-cache')).toBe('miss');
    expect((await auditLog())[0]).toMatchObject({ action: 'drop', resource_id: 'caches' });
  });
});

describe('the last hour', () => {
  const ingest = '/api/integrations/transactions';
  const row = {
    transaction_id: 'of the last hour',
    account_id: 'acc-1',
    amount: '-1.00',
    currency: 'USD',
    date: '2026-01-15',
  };
  type Minute = SystemBody['throughput']['minutes'][number];
  const sum = ({ throughput }: SystemBody, figure: keyof Omit<Minute, 'starts_at'>) =>
    throughput.minutes.reduce((total, minute) => total + (minute[figure] ?? 0), 0);

  test('has what came in and what was refused', async () => {
    const before = await system();
    await api.post(ingest, { transactions: [row, { ...row, transaction_id: 'another' }] });
    await api.post(ingest, { transactions: [] });
    const after = await system();
    const growth = (figure: Parameters<typeof sum>[1]) => sum(after, figure) - sum(before, figure);
    expect([growth('batch_count'), growth('transaction_count'), growth('refusal_count')]).toEqual([
      1, 2, 1,
    ]);
  });

  test('is of this process where Redis is away, and of the database what was completed', async () => {
    await api.database.raw(
      `INSERT INTO batches (id, status, transaction_count, duplicate_count, completed_count, finished_at)
         VALUES (uuidv7(), 'completed', 5, 0, 5, now()), (uuidv7(), 'failed', 5, 0, 2, now()),
                (uuidv7(), 'completed', 7, 0, 7, now() - interval '61 minutes')`,
    );
    await toRedis.cut();
    const away = await waitFor(async () => {
      const body = await system();
      // What the database says may be ten seconds old.
      const isRead = sum(body, 'completed_batch_count') > 0;
      return body.throughput.of === 'this_process' && isRead && body;
    });
    expect(sum(away, 'transaction_count')).toBeGreaterThan(0);
    expect([
      sum(away, 'completed_batch_count'),
      sum(away, 'failed_batch_count'),
      sum(away, 'completed_transaction_count'),
    ]).toEqual([1, 1, 7]);
  });

  test('does not take for zero what the database does not tell', async () => {
    await toRedis.cut();
    const trx = await api.database.transaction();
    try {
      await trx.raw('LOCK TABLE batches IN ACCESS EXCLUSIVE MODE');
      // What was read before is shown for ten seconds.
      const { throughput } = await waitFor(async () => {
        const body = await system();
        return body.throughput.minutes[0]?.completed_batch_count === null && body;
      });
      for (const minute of throughput.minutes)
        expect([
          minute.completed_batch_count,
          minute.failed_batch_count,
          minute.completed_transaction_count,
          typeof minute.batch_count,
        ]).toEqual([null, null, null, 'number']);
    } finally {
      await trx.rollback();
    }
  }, 40_000);
});

describe.each(['cut', 'mute'] as const)('with servers away (%s)', (way) => {
  test('says so quickly, and changes nothing of the schedule', async () => {
    const entries = (await auditLog()).length;
    await Promise.all([toTemporal[way](), toRedis[way]()]);
    const startedAt = performance.now();
    const { database, temporal: away, cache, schedule } = await system();
    expect(performance.now() - startedAt).toBeLessThan(patienceMs);
    expect([database.status, away.status, cache.status]).toEqual(['up', 'away', 'away']);
    expect([cache.key_count, cache.hits, schedule]).toEqual([null, null, null]);
    const answer = await api.post<Problem>(`${path}/schedule/pause`, { note: '' });
    expect([answer.status, answer.body.code]).toEqual([503, 'temporal_unavailable']);
    expect(await auditLog()).toHaveLength(entries);
  });
});
