import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { version } from '../../src/version.ts';
import { alteredRelease } from '../helpers/altered-release.ts';
import { type ClientRow, ingestPath, makeRows } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { startOtlpReceiver } from '../helpers/otlp-receiver.ts';
import { type SentryEvent, startSentryReceiver } from '../helpers/sentry-receiver.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

const [sentry, collector] = await Promise.all([startSentryReceiver(), startOtlpReceiver()]);
Object.assign(process.env, {
  SENTRY_DSN: sentry.dsn,
  SENTRY_ENVIRONMENT: 'faults',
  RELEASE_COMMIT: 'abcdef0',
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_TRACES_SAMPLER_ARG: '1',
});
const { stack, client } = await startFaultSuite();

/** What must not leave: a merchant, an account, a key. */
const merchant = 'POISON JANE DOE';
const account = 'CRASH-48151623';
const secrets = [merchant, 'JANE', account, stack.apiKey, stack.databaseUrl, stack.dataDir];

const poison = 'for (const [row, transaction] of transactions.entries()) {';
const summary = 'const compute = () => accountSummary(readDatabase, query);';
const training = 'loadTrainingInput(database: Database): Promise<TrainingInput> {';
const workflow = '): Promise<BatchProcessingResult> {';
const listening = 'const stopping = new AbortController();';
/** A release with a mistake in each place: their messages quote what they must not. */
const broken = await alteredRelease([
  {
    file: 'src/categorization/patterns/database-categorizer.ts',
    find: poison,
    replace: `${poison}
      const name = transaction.merchantName ?? '';
      if (name.startsWith('POISON')) throw new RangeError(\`cannot categorize \${name}\`);`,
  },
  {
    file: 'src/workflows/batch-processing.ts',
    find: workflow,
    replace: `${workflow}
  if (input.transactionCount === 7) throw new TypeError('${merchant}');`,
  },
  {
    file: 'src/training/load-training-input.ts',
    find: training,
    replace: `${training}
  throw new RangeError('${merchant}');`,
  },
  {
    file: 'src/api/reports/routes.ts',
    find: summary,
    replace: `${summary}
    if (accountId.startsWith('CRASH')) JSON.parse(accountId);`,
  },
  {
    file: 'src/server.ts',
    find: listening,
    replace: `process.on('SIGUSR2', () => { throw new Error('${merchant}'); });
${listening}`,
  },
]);
await Promise.all([stack.stop('api'), stack.stop('worker')]);
await Promise.all([stack.start('api', broken.directory), stack.start('worker', broken.directory)]);

afterAll(async () => {
  await Promise.all([sentry.stop(), collector.stop()]);
  await broken.remove();
});
beforeEach(() => {
  sentry.envelopes.length = 0;
});

/** Six attempts, with pauses of 1, 2, 4, 8 and 16 s between them. */
const attemptsMs = 60_000;

const common = { release: `tallyflow@${version}+abcdef0`, environment: 'faults', platform: 'node' };

function expectNoSecrets(): void {
  for (const { raw } of sentry.envelopes)
    for (const secret of [...secrets, broken.directory]) expect(raw).not.toContain(secret);
  for (const { text } of collector.requests)
    for (const secret of secrets) expect(text).not.toContain(secret);
}

const innermostFrame = ({ exception }: SentryEvent) =>
  exception?.values.at(-1)?.stacktrace?.frames.findLast((frame) => frame.in_app);

describe('Sentry is told', () => {
  it(
    'of a request that crashed, by its route, its id and its trace',
    async () => {
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      const requestId = randomUUID();
      const answer = await fetch(`${stack.url}/api/reports/account/${account}/summary`, {
        headers: {
          Authorization: `Bearer ${stack.apiKey}`,
          traceparent: `00-${traceId}-b7ad6b7169203331-01`,
          'X-Request-Id': requestId,
        },
      });
      expect([answer.status, answer.headers.get('x-request-id')]).toEqual([500, requestId]);
      const [event] = (await sentry.arrived(1)) as [SentryEvent];
      const route = '/api/reports/account/:accountId/summary';
      expect(event).toMatchObject({
        ...common,
        level: 'error',
        transaction: route,
        tags: { service: 'tallyflow-api', route, method: 'GET', request_id: requestId },
        exception: { values: [{ type: 'SyntaxError', value: 'A text is not valid JSON' }] },
        contexts: { trace: { trace_id: traceId } },
      });
      expect(innermostFrame(event)?.filename).toBe('src/api/reports/routes.ts');
      expectNoSecrets();
    },
    faultTimeoutMs,
  );

  it(
    'of rows that cannot be categorized, by their batch, and of the workflow that failed for them',
    async () => {
      const rows = makeRows('poisoned', 30);
      (rows[17] as ClientRow).merchant_name = merchant;
      const traceId = '1af7651916cd43dd8448eb211c80319c';
      const answer = await fetch(stack.url + ingestPath, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${stack.apiKey}`,
          'Content-Type': 'application/json',
          traceparent: `00-${traceId}-b7ad6b7169203331-01`,
        },
        body: JSON.stringify({ transactions: rows }),
      });
      const body = (await answer.json()) as { batch_id: string };
      const tags = {
        service: 'tallyflow-worker',
        batch_id: body.batch_id,
        workflow_id: `batch-${body.batch_id}`,
        workflow_type: 'BatchProcessingWorkflow',
      };
      const isOfBatch = (event: SentryEvent) => event.tags.batch_id === body.batch_id;
      const [event] = (await sentry.arrived(1, isOfBatch)) as [SentryEvent];
      expect(event).toMatchObject({
        ...common,
        transaction: 'processWholeBatch',
        tags: { ...tags, activity_type: 'processWholeBatch' },
        exception: { values: [{ type: 'RangeError', value: 'The log has the message.' }] },
        // That of the request which brought the rows.
        contexts: { trace: { trace_id: traceId } },
      });
      expect(innermostFrame(event)?.filename).toBe(
        'src/categorization/patterns/database-categorizer.ts',
      );
      const [failed] = await sentry.arrived(
        1,
        (each) => each.exception?.values.at(-1)?.type === 'WorkflowFailed',
        attemptsMs,
      );
      expect(failed).toMatchObject({ ...common, transaction: 'BatchProcessingWorkflow', tags });
      // One for each attempt but the sixth, and the workflow's.
      expect(sentry.envelopes.filter((each) => isOfBatch(each.event))).toHaveLength(6);
      const ended = await collector.waitForLog(
        ({ body: message, attributes }) =>
          message === 'batch failed' && attributes.batch_id === body.batch_id,
      );
      expect(ended.attributes.reason).toBe(
        'Processing failed: RangeError: The log has the message.',
      );
      const attempt = await collector.waitForLog(
        ({ body: message, attributes }) =>
          message === 'an activity failed, and nobody expected it' &&
          attributes.batch_id === body.batch_id,
      );
      expect(attempt.attributes).toMatchObject({
        activity: 'processWholeBatch',
        'exception.type': 'RangeError',
        'exception.stacktrace': expect.stringContaining('database-categorizer.ts'),
      });
      const log = await readFile(path.join(stack.dataDir, 'logs', 'worker.log'), 'utf8');
      expect(log).toContain(`"message":"cannot categorize ${merchant}"`);
      expectNoSecrets();
    },
    faultTimeoutMs,
  );

  it(
    'once by each process that the database is away, and of no request that is refused',
    async () => {
      const refused = await client.request('POST', '/api/integrations/transactions', { none: 1 });
      expect(refused.status).toBe(400);
      await stack.stop('postgres');
      await waitFor(async () => (await client.post(makeRows('away', 3))).status === 503);
      for (let count = 0; count < 5; count++) await client.post(makeRows('away', 3));
      const ofService = (service: string) => (event: SentryEvent) => event.tags.service === service;
      await Promise.all([
        sentry.arrived(1, ofService('tallyflow-api')),
        sentry.arrived(1, ofService('tallyflow-worker')),
      ]);
      await stack.start('postgres');
      await waitFor(async () => (await client.post(makeRows('back', 3))).status === 202);
      const told = sentry.envelopes.map(({ event: { tags, level, message } }) => ({
        service: tags.service,
        level,
        message,
      }));
      told.sort((a, b) => ((a.service ?? '') < (b.service ?? '') ? -1 : 1));
      expect(told).toEqual(
        ['tallyflow-api', 'tallyflow-worker'].map((service) => ({
          service,
          level: 'warning',
          message: 'The database is away.',
        })),
      );
    },
    faultTimeoutMs,
  );

  it.each([
    ['redis', 'Redis is away.'],
    ['temporal', 'Temporal is away.'],
  ] as const)(
    'once that %s is away',
    async (part, message) => {
      await stack.stop(part);
      const isMeant = (event: SentryEvent) =>
        event.tags.service === 'tallyflow-api' && event.message === message;
      await waitFor(async () => {
        await client.post(makeRows(`without-${part}`, 1));
        await client.request('GET', '/api/reports/account/any/summary');
        return sentry.envelopes.some(({ event }) => isMeant(event));
      });
      await stack.start(part);
      expect(new Set(sentry.envelopes.map(({ event }) => event.message))).toEqual(
        new Set([message]),
      );
      expect(sentry.envelopes.filter(({ event }) => isMeant(event))).toHaveLength(1);
    },
    faultTimeoutMs,
  );

  it(
    'of an error that nothing has caught, before the process ends',
    async () => {
      const startedAt = performance.now();
      process.kill(stack.pid('api'), 'SIGUSR2');
      const [event] = (await sentry.arrived(1)) as [SentryEvent];
      expect(event).toMatchObject({
        ...common,
        level: 'fatal',
        transaction: 'tallyflow-api',
        exception: { values: [{ type: 'Error', value: 'The log has the message.' }] },
      });
      await waitFor(async () => !stack.isRunning('api'));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expectNoSecrets();
      await stack.start('api');
    },
    faultTimeoutMs,
  );

  // This and the next are tried again and again, so that their events would be among those of a test after them.
  it(
    'of a training that fails in its process, by that process alone',
    async () => {
      await client.request('POST', '/api/admin/learning/trainings');
      const events = await sentry.arrived(2);
      for (const event of events) {
        expect(event).toMatchObject({
          ...common,
          transaction: 'trainCategorizers',
          exception: { values: [{ type: 'RangeError', value: 'The log has the message.' }] },
        });
        expect(innermostFrame(event)?.filename).toBe('src/training/load-training-input.ts');
      }
      expectNoSecrets();
    },
    faultTimeoutMs,
  );

  it(
    'of code of a workflow that throws',
    async () => {
      await client.post(makeRows('broken', 7));
      const [event] = await sentry.arrived(
        1,
        ({ transaction }) => transaction === 'BatchProcessingWorkflow',
      );
      expect(event).toMatchObject({
        ...common,
        transaction: 'BatchProcessingWorkflow',
        exception: { values: [{ type: 'TypeError' }, { type: 'WorkflowFailed' }] },
      });
      expect(event?.exception?.values[0]?.stacktrace?.frames.at(-1)?.filename).toBe(
        'src/workflows/batch-processing.ts',
      );
      expectNoSecrets();
    },
    faultTimeoutMs,
  );
});
