import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { reportError } from '../../src/error-reports/report-error.ts';
import { checkout } from '../../src/local/settings.ts';
import { startTelemetry } from '../../src/telemetry/start-telemetry.ts';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';
import type { OtlpOptions } from '../../src/telemetry/telemetry-options.ts';
import { startOtlpReceiver } from '../helpers/otlp-receiver.ts';
import { type SentryReceiver, startSentryReceiver } from '../helpers/sentry-receiver.ts';
import { waitFor } from '../helpers/wait-for.ts';

const requestId = '0190a0a0-0000-7000-8000-000000000001';
let sentry: SentryReceiver;
beforeAll(async () => {
  sentry = await startSentryReceiver();
});
afterAll(() => sentry.stop());
beforeEach(() => {
  sentry.envelopes.length = 0;
  sentry.answer(200);
});

const start = (dsn = sentry.dsn, otlp: OtlpOptions | null = null): Promise<Telemetry> =>
  startTelemetry(
    {
      service: { name: 'tallyflow-api', version: '1.2.3' },
      otlp,
      sentry: { dsn, environment: 'test', release: 'tallyflow@1.2.3+abcdef0' },
    },
    () => {},
  );

/** Reports as many errors of kinds of their own. */
function reportErrors(count: number): void {
  for (let kind = 0; kind < count; kind++)
    reportError(Object.assign(new Error('x'), { name: `Kind${kind}` }));
}

test('an envelope holds the event and what the protocol asks for, and nothing of the machine', async () => {
  const telemetry = await start();
  reportError(new TypeError('secret'), { route: '/api/x', method: 'POST', requestId });
  await sentry.arrived(1);
  await telemetry.shutdown();
  const [{ raw, path, headers }] = sentry.envelopes as [(typeof sentry.envelopes)[0]];
  expect(path).toMatch(/^\/api\/7\/envelope\/\?sentry_version=7&sentry_key=[0-9a-f]{32}&/);
  expect(headers['content-type']).toBe('application/x-sentry-envelope');
  const [envelope, item, event] = raw.split('\n').map((line) => JSON.parse(line));
  expect(Object.keys(envelope).sort()).toEqual(['event_id', 'sdk', 'sent_at']);
  expect(item).toEqual({ type: 'event' });
  expect(event).toEqual({
    event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    timestamp: expect.closeTo(Date.now() / 1_000, -2),
    platform: 'node',
    level: 'error',
    release: 'tallyflow@1.2.3+abcdef0',
    environment: 'test',
    transaction: '/api/x',
    exception: {
      values: [
        {
          type: 'TypeError',
          value: 'The log has the message.',
          stacktrace: { frames: expect.any(Array) },
        },
      ],
    },
    tags: { service: 'tallyflow-api', route: '/api/x', method: 'POST', request_id: requestId },
    contexts: { runtime: { name: 'node', version: process.version } },
    sdk: {
      name: 'tallyflow',
      version: expect.any(String),
      settings: { infer_ip: 'never' },
      integrations: [],
      packages: [],
    },
  });
});

test('an event names the span in which the error happened', async () => {
  const collector = await startOtlpReceiver();
  const telemetry = await start(sentry.dsn, {
    endpoint: collector.url,
    headers: {},
    traceRatio: 1,
    logs: false,
    metrics: null,
  });
  const { traceId, spanId } = trace.getTracer('test').startActiveSpan('work', (span) => {
    reportError(new Error('x'));
    span.end();
    return span.spanContext();
  });
  const [event] = await sentry.arrived(1);
  expect(event?.contexts.trace).toEqual({ trace_id: traceId, span_id: spanId });
  await telemetry.shutdown();
  expect(collector.spans.map((span) => span.traceId)).toEqual([traceId]);
  await collector.stop();
});

describe('a Sentry', () => {
  test('that asks for a pause gets one', async () => {
    sentry.answer(429, { 'Retry-After': '60' });
    const telemetry = await start();
    let [reportedCount, arrivedCount] = [0, 0];
    // Events that were sent before the answer came arrive as well.
    await waitFor(async () => {
      const isPausing = arrivedCount > 0 && sentry.envelopes.length === arrivedCount;
      arrivedCount = sentry.envelopes.length;
      reportError(Object.assign(new Error('x'), { name: `Kind${reportedCount++}` }));
      return isPausing;
    });
    await telemetry.shutdown();
    expect(sentry.envelopes.length).toBeLessThan(reportedCount);
  });

  test('that is slow gets eight events at once, and ends nothing later than after two seconds', async () => {
    const never = Promise.withResolvers<void>();
    sentry.answer(200, {}, never.promise);
    const telemetry = await start();
    reportErrors(50);
    await sentry.arrived(8);
    const closingAt = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - closingAt).toBeLessThan(2_000);
    expect(sentry.envelopes).toHaveLength(8);
    never.resolve();
  });

  test('that is away harms nobody', async () => {
    const telemetry = await start('http://key@127.0.0.1:1/7');
    reportErrors(20);
    await telemetry.shutdown();
    expect(sentry.envelopes).toEqual([]);
  });

  test('that redirects elsewhere is not followed', async () => {
    const elsewhere = await startSentryReceiver();
    sentry.answer(307, { Location: `${elsewhere.origin}/api/7/envelope/` });
    const telemetry = await start();
    reportErrors(1);
    await sentry.arrived(1);
    await telemetry.shutdown();
    expect(elsewhere.envelopes).toEqual([]);
    await elsewhere.stop();
  });
});

test('Sentry is loaded only where it is configured', () => {
  // In a process of its own, in which nothing is loaded yet.
  const script = `
    import { registerHooks } from 'node:module';
    let count = 0;
    registerHooks({ load(url, context, next) {
      if (url.includes('/node_modules/@sentry/')) count++;
      return next(url, context);
    } });
    const { startTelemetry } = await import(process.argv[1] + '/telemetry/start-telemetry.ts');
    const { reportError } = await import(process.argv[1] + '/error-reports/report-error.ts');
    const loaded = [];
    for (const sentry of [null, { dsn: 'http://key@127.0.0.1:1/7', environment: 'x', release: 'x' }]) {
      const service = { name: 'tallyflow-api', version: '1.2.3' };
      const telemetry = await startTelemetry({ service, otlp: null, sentry }, () => {});
      reportError(new Error('x'));
      await telemetry.shutdown();
      loaded.push(count > 0);
    }
    console.log(JSON.stringify(loaded));`;
  const printed = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', script, path.join(checkout, 'src')],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(printed)).toEqual([false, true]);
});

test('two files import Sentry, each of which is loaded on demand', () => {
  const importers = globSync('src/**/*.{ts,tsx}', { cwd: checkout }).filter((file) =>
    readFileSync(path.join(checkout, file), 'utf8').includes("from '@sentry/"),
  );
  expect(importers.sort()).toEqual([
    'src/admin-ui/errors/send-error.ts',
    'src/telemetry/start-error-reports.ts',
  ]);
});
