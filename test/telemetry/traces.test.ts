import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { LanguageModel } from '../../src/categorization/llm/language-model.ts';
import { groupId } from '../../src/domain/group-id.ts';
import { merchantGroup } from '../../src/domain/merchant-group.ts';
import { createLogger } from '../../src/logger.ts';
import { type ProcessTelemetry, startTelemetry } from '../../src/telemetry/start-telemetry.ts';
import type { TelemetryOptions } from '../../src/telemetry/telemetry-options.ts';
import { startTraining } from '../../src/temporal/categorizer-training.ts';
import { ensureSchedule } from '../../src/temporal/ensure-schedule.ts';
import { runTraining } from '../../src/training/run-training.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { insertRows, label } from '../helpers/label-rows.ts';
import {
  type LanguageModelEndpoint,
  startLanguageModelEndpoint,
} from '../helpers/language-model-endpoint.ts';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '../helpers/otlp-receiver.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Must be in nothing that is sent. */
const secret = { text: 'Zebrafish Emporium', account: 'acct-zebra-4711', amount: '-7351.27' };
const description = 'Ivory tower rent';

let receiver: OtlpReceiver;
let endpoint: LanguageModelEndpoint;
let telemetry: ProcessTelemetry;
let api: TestApi;
let worker: TestWorker;
/** What the next categorization throws. */
let failNext: Error | null = null;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  endpoint = await startLanguageModelEndpoint();
  const options: TelemetryOptions = {
    service: { name: 'tallyflow-api', version: '0.0.0' },
    otlp: {
      endpoint: receiver.url,
      headers: { 'api-key': 'collector-key' },
      traceRatio: 1,
      logs: true,
      metrics: null,
    },
    sentry: null,
  };
  telemetry = await startTelemetry(options, () => {});
  const taskQueue = `test-${randomUUID()}`;
  const logger = createLogger('test', 'info', telemetry.forwardLine);
  api = await startTestApi({ config: { TEMPORAL_TASK_QUEUE: taskQueue }, logger });
  const real = createTestChain(api.limitedDatabase, api.cache);
  worker = await startTestWorker(
    {
      database: api.limitedDatabase,
      chain: {
        async decide(transactions) {
          const error = failNext;
          failNext = null;
          if (error !== null) throw error;
          return real.decide(transactions);
        },
      },
      reports: new ReportCache(api.cache),
      logger,
      training: {
        run: (training) =>
          runTraining({
            ...training,
            databaseUrl: api.databaseUrl,
            telemetry: { ...options, service: { ...options.service, name: 'tallyflow-worker' } },
          }),
        onEnd: () => {},
        start: () => startTraining(worker.client, worker.taskQueue),
        isRunning: async () => false,
      },
      languageModel: {
        model: new LanguageModel({
          baseUrl: endpoint.baseUrl,
          apiKey: 'language-model-key',
          model: 'test-model',
          timeoutMs: 5_000,
        }),
        dailyTokens: 1_000_000,
        minRows: 5,
        minAccounts: 3,
      },
    },
    taskQueue,
  );
});

afterEach(() => {
  expect(receiver.failures).toEqual([]);
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await telemetry.shutdown();
  await receiver.stop();
  await endpoint.stop();
});

const rows = (count: number, accountId = secret.account) =>
  Array.from({ length: count }, () => ({
    transaction_id: randomUUID(),
    account_id: accountId,
    amount: secret.amount,
    currency: 'EUR',
    date: '2026-05-01',
    merchant_name: secret.text,
    description,
  }));

const post = (count: number, headers = {}) =>
  api.post('/api/integrations/transactions', { transactions: rows(count) }, headers);

const completed = (id: string) =>
  waitFor(async () => {
    const { body } = await api.get(`/api/integrations/batches/${id}`);
    return body.status === 'completed';
  });

/** Sends what has ended, and does not wait until it would be sent by itself. */
async function flush(): Promise<void> {
  const proxy = trace.getTracerProvider() as unknown as {
    getDelegate(): { forceFlush(): Promise<void> };
  };
  await proxy.getDelegate().forceFlush();
}

const arrived = (matches: (span: ReceivedSpan) => boolean) =>
  waitFor(async () => {
    await flush();
    return receiver.spans.find(matches);
  });

const ofTrace = (traceId: string) => receiver.spans.filter((span) => span.traceId === traceId);

/** The names from the root of the trace down to this span. */
function pathTo(span: ReceivedSpan): string[] {
  const parent = receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : pathTo(parent)), span.name];
}

/** The paths of all spans of a trace. */
const pathsOf = (traceId: string): string[] =>
  ofTrace(traceId).map((span) => pathTo(span).join(' > '));

/** The spans that begin something: one, where all are connected. */
const rootsOf = (traceId: string) => {
  const ids = new Set(ofTrace(traceId).map(({ spanId }) => spanId));
  return ofTrace(traceId).filter(({ parentSpanId }) => !ids.has(parentSpanId));
};

/** The paths of the spans below this one, without what leads to it. */
const steps = (span: ReceivedSpan): string[] => {
  const prefix = `${pathTo(span).join(' > ')} > `;
  return pathsOf(span.traceId)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
};

/** Lets a schedule run the workflow once. */
async function runBySchedule(workflowType: string): Promise<void> {
  const id = `${workflowType}-${worker.taskQueue}`;
  await ensureSchedule(worker.client, {
    id,
    workflowType,
    taskQueue: worker.taskQueue,
    intervalSeconds: 86_400,
    runTimeout: '4m',
    staticSummary: '',
  });
  const schedule = worker.client.schedule.getHandle(id);
  await schedule.trigger();
  await arrived(({ name }) => name === workflowType);
  await schedule.delete();
}

const ended = (name: string, batchId: string) =>
  arrived((span) => span.name === name && span.attributes['tallyflow.batch.id'] === batchId);

const postName = 'POST /api/integrations/transactions';

describe('a batch', () => {
  it('has one trace from the request to the end of its run', async () => {
    const { body } = await post(12_000);
    await completed(body.batch_id);
    const run = await ended('BatchProcessingWorkflow', body.batch_id);
    expect(rootsOf(run.traceId).map(({ name }) => name)).toEqual([postName]);
    const below = (path: string) => `${postName} > ${path}`;
    const runs = below('start BatchProcessingWorkflow > BatchProcessingWorkflow');
    expect(pathsOf(run.traceId)).toEqual(
      expect.arrayContaining([
        below('read and check the body'),
        below('COPY transactions'),
        below('COMMIT'),
        below('start BatchProcessingWorkflow'),
        runs,
        `${runs} > beginBatch`,
        `${runs} > beginBatch > UPDATE batches`,
        `${runs} > categorizeRange`,
        `${runs} > categorizeRange > categorize`,
        `${runs} > completeBatch`,
      ]),
    );
    expect(ofTrace(run.traceId).length).toBeLessThan(120);
    const root = rootsOf(run.traceId)[0];
    expect(root).toMatchObject({
      kind: 'server',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/api/integrations/transactions',
        'http.response.status_code': 202,
        'tallyflow.batch.id': body.batch_id,
      },
    });
    expect(run.endMs).toBeGreaterThan(run.startMs);
  });

  it('is named by the lines of the log together with its trace', async () => {
    const { body } = await post(3);
    const line = await receiver.waitForLog(
      ({ body: message, attributes }) =>
        message === 'batch completed' && attributes.batch_id === body.batch_id,
    );
    const { traceId } = await ended('BatchProcessingWorkflow', body.batch_id);
    expect(line.traceId).toBe(traceId);
    expect(ofTrace(traceId).map(({ spanId }) => spanId)).toContain(line.spanId);

    const requestId = randomUUID();
    await api.post('/api/integrations/transactions', {}, { 'X-Request-Id': requestId });
    const refused = await receiver.waitForLog(
      ({ attributes }) => attributes.requestId === requestId,
    );
    const request = await arrived(
      ({ attributes }) => attributes['tallyflow.request.id'] === requestId,
    );
    expect(refused).toMatchObject({ traceId: request.traceId, spanId: request.spanId });
  });

  it('has its trace when it starts together with others, which link to their common run and back', async () => {
    // A machine that is slow may start the batches of one burst one by one.
    const run = await waitFor(async () => {
      const answers = await Promise.all(Array.from({ length: 24 }, () => post(3)));
      await Promise.all(answers.map(({ body }) => completed(body.batch_id)));
      await flush();
      return receiver.spans.find(({ name }) => name === 'BatchGroupProcessingWorkflow');
    });
    const [root] = rootsOf(run.traceId);
    expect(root?.name).toBe('start batches');
    expect(pathsOf(run.traceId)).toEqual(
      expect.arrayContaining([
        'start batches > start BatchGroupProcessingWorkflow > BatchGroupProcessingWorkflow > processBatchGroup',
      ]),
    );
    expect(root?.links.length).toBeGreaterThan(1);
    for (const { traceId, spanId, attributes } of root?.links ?? []) {
      const batchId = attributes['tallyflow.batch.id'];
      const request = receiver.spans.find((span) => span.spanId === spanId);
      expect(request).toMatchObject({
        name: postName,
        attributes: { 'tallyflow.batch.id': batchId },
      });
      // From the request to the run…
      const there = ofTrace(traceId).find(({ name }) => name === 'start in a group');
      expect(there?.links).toMatchObject([{ traceId: run.traceId, spanId: root?.spanId }]);
      // …and the run's trace is found by the batch as well.
      const found = receiver.spans.filter(
        (span) => span.attributes['tallyflow.batch.id'] === batchId,
      );
      expect(found.map((span) => span.traceId)).toEqual(
        expect.arrayContaining([traceId, run.traceId]),
      );
    }
  });

  it('is part of the trace of a client that sends one', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-00`;
    const { body } = await post(200, { traceparent });
    await completed(body.batch_id);
    const run = await ended('BatchProcessingWorkflow', body.batch_id);
    expect(run.traceId).toBe(traceId);
    expect(rootsOf(traceId)).toMatchObject([{ name: postName, parentSpanId: '00f067aa0ba902b7' }]);
  });

  it.each(['x', '00-0-0-01', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'has a trace of its own where the client sends "%s"',
    async (traceparent) => {
      const { body } = await post(1, { traceparent });
      const request = await ended(postName, body.batch_id);
      expect(request.parentSpanId).toBe('');
    },
  );

  it('has its trace when the sweep starts it', async () => {
    const batch = await insertTestBatch(api.database, [makeTransaction({})]);
    await runBySchedule('PendingBatchSweepWorkflow');
    const run = await ended('BatchProcessingWorkflow', batch.id);
    const sweep = 'PendingBatchSweepWorkflow';
    expect(rootsOf(run.traceId)).toMatchObject([{ name: sweep, parentSpanId: '' }]);
    expect(pathTo(run)).toEqual([
      sweep,
      'sweepBatches',
      'start BatchProcessingWorkflow',
      'BatchProcessingWorkflow',
    ]);
    expect(pathsOf(run.traceId)).toContain(`${sweep} > deleteExpiredIdempotencyKeys`);
  });

  it('has a span for each attempt, with the type of the error of one that failed', async () => {
    failNext = new Error(`${secret.text} is not known`);
    const { body } = await post(1);
    await completed(body.batch_id);
    const run = await ended('BatchProcessingWorkflow', body.batch_id);
    const attempts = ofTrace(run.traceId).filter(({ name }) => name === 'processWholeBatch');
    expect(attempts).toMatchObject([
      {
        status: { code: 'error', message: '' },
        attributes: { 'error.type': 'ActivityFailed', 'temporal.activity.attempt': 1 },
      },
      { status: { code: 'unset' }, attributes: { 'temporal.activity.attempt': 2 } },
    ]);
  });

  it('shows why a COPY had to be done again, and not which row', async () => {
    const transactions = rows(200);
    const again = () => api.post('/api/integrations/transactions', { transactions });
    await again();
    const { body } = await again();
    expect(body.duplicate_count).toBe(200);
    const request = await ended(postName, body.batch_id);
    const copies = ofTrace(request.traceId).filter(({ name }) => name === 'COPY transactions');
    expect(copies[0]).toMatchObject({
      status: { code: 'error', message: '' },
      attributes: { 'error.type': '23505' },
      events: [],
    });
  });
});

describe('other work', () => {
  it('of a report leads to SQL, and the next time to the cache', async () => {
    // One of its own, whose report no batch of another test drops.
    const account = `${secret.account}-report`;
    const transactions = rows(1, account);
    const { body } = await api.post('/api/integrations/transactions', { transactions });
    await completed(body.batch_id);
    const path = `/api/reports/account/${account}/summary?start_date=2026-05-01&end_date=2026-05-31`;
    const name = 'GET /api/reports/account/:accountId/summary';
    const report = async () => {
      receiver.spans.length = 0;
      expect((await api.get(path)).status).toBe(200);
      const request = await arrived((span) => span.name === name);
      expect(rootsOf(request.traceId)).toEqual([request]);
      return pathsOf(request.traceId).map((steps) => steps.replace(`${name} > `, ''));
    };
    const first = await report();
    expect(first).toContain('summary-of-rows');
    const second = await report();
    expect(second).not.toContain('summary-of-rows');
    if (process.env.TEST_REDIS_URL) expect(second).toContain('redis GET');
  });

  it('of a recategorization is one trace', async () => {
    const { status } = await api.post('/api/admin/recategorizations', {});
    expect(status).toBe(202);
    const run = await arrived(({ name }) => name === 'RecategorizationWorkflow');
    expect(rootsOf(run.traceId).map(({ name }) => name)).toEqual([
      'POST /api/admin/recategorizations',
    ]);
    expect(steps(run)).toEqual(
      expect.arrayContaining(['beginRecategorization', 'recategorizeRange', 'endRecategorization']),
    );
  });

  it('of a training is one trace, its process included', async () => {
    const food = await insertCategory(api.database, 'Food', []);
    const ids = await insertRows(api.database, [{ merchantName: 'Corner bakery' }]);
    await label(api.database, ids, () => food);
    await api.post('/api/admin/learning/trainings');
    const run = await arrived(({ name }) => name === 'CategorizerTrainingWorkflow');
    const training = await arrived(({ name }) => name === 'train');
    expect(training).toMatchObject({ traceId: run.traceId, service: 'tallyflow-worker' });
    expect(rootsOf(run.traceId).map(({ name }) => name)).toEqual([
      'POST /api/admin/learning/trainings',
    ]);
    expect(steps(run)).toEqual(
      expect.arrayContaining(['beginTrainings', 'trainCategorizers', 'trainCategorizers > train']),
    );
    expect(steps(run).join()).toContain('trainCategorizers > train > SELECT');
  });

  it('of accepted suggestions is one trace', async () => {
    const fuel = await insertCategory(api.database, 'Fuel', []);
    await insertRows(api.database, [{ merchantName: 'Quick petrol' }]);
    const id = groupId(merchantGroup('Quick petrol').name);
    const path = `/api/admin/suggestions/${id}/accept`;
    expect((await api.post(path, { category_id: fuel })).status).toBe(202);
    const run = await arrived(({ name }) => name === 'AcceptanceWorkflow');
    expect(rootsOf(run.traceId).map(({ name }) => name)).toEqual([
      'POST /api/admin/suggestions/:id/accept',
    ]);
    expect(steps(run)).toEqual(expect.arrayContaining(['advanceAcceptance', 'endAcceptance']));
  });

  it('of the language model is one trace, with which an endpoint can go on', async () => {
    await insertRows(
      api.database,
      Array.from({ length: 6 }, (_, place) => ({
        merchantName: 'Blue door',
        accountId: `acc-${place}`,
      })),
    );
    await api.patch('/api/admin/categorizers/llm', { mode: 'shadow' });
    await runBySchedule('LanguageModelWorkflow');
    const run = await arrived(({ name }) => name === 'LanguageModelWorkflow');
    expect(run.parentSpanId).toBe('');
    expect(steps(run)).toContain('askLanguageModel > ask the language model');
    const call = ofTrace(run.traceId).find(({ name }) => name === 'ask the language model');
    expect(endpoint.received[0]?.headers.traceparent).toBe(`00-${run.traceId}-${call?.spanId}-01`);
    expect(call?.attributes).toMatchObject({ 'gen_ai.request.model': 'test-model' });
  });

  it('that fails has the type of its error, and no more', async () => {
    const broken = await startTestApi();
    await broken.database.raw('ALTER TABLE batches RENAME TO no_batches');
    expect((await broken.get('/api/integrations/batches')).status).toBe(500);
    await broken.stop();
    const request = await arrived(
      ({ name, status }) => name === 'GET /api/integrations/batches' && status.code === 'error',
    );
    expect(request).toMatchObject({ status: { message: '' }, events: [] });
    expect(request.attributes['error.type']).toBe('42P01');
  });

  it('is not recorded for files of the console, and for health', async () => {
    await api.get('/healthz');
    await api.get('/admin');
    await flush();
    expect(
      receiver.spans.filter(({ kind, name }) => kind === 'server' && !/ \/api\//.test(name)),
    ).toEqual([]);
  });
});

// It comes last, so that it sees all that was sent.
it('tells nobody of texts, amounts, accounts and keys', async () => {
  await flush();
  expect(receiver.requests.length).toBeGreaterThan(5);
  const sent = receiver.requests.map(({ text }) => text).join('\n');
  // What may be there is found by the same search.
  expect(sent).toContain('INSERT INTO batches');
  const texts = [secret.text, secret.account, secret.amount, description];
  const keys = [api.key, 'collector-key', 'language-model-key', 'test-secret'];
  for (const hidden of [...texts, ...keys, 'Corner bakery', 'Quick petrol', 'Blue door'])
    expect([hidden, sent.includes(hidden)]).toEqual([hidden, false]);
});
