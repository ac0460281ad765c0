import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, TraceFlags, trace } from '@opentelemetry/api';
import { Counter, Histogram, Registry } from 'prom-client';
import { createLogger } from '../../src/logger.ts';
import { describeResource } from '../../src/telemetry/describe-resource.ts';
import { startMetrics } from '../../src/telemetry/start-metrics.ts';
import { type ProcessTelemetry, startTelemetry } from '../../src/telemetry/start-telemetry.ts';
import type { OtlpOptions } from '../../src/telemetry/telemetry-options.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../helpers/otlp-receiver.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** New Relic refuses larger requests. */
const maxRequestBytes = 1_000_000;
/** Above what a machine that is busy takes, and below the 10 s after which an exporter gives up. */
const maxWaitMs = 6_000;
const service = { name: 'tallyflow-api', version: '1.2.3' } as const;

let receiver: OtlpReceiver;
const problems: unknown[] = [];
beforeEach(async () => {
  problems.length = 0;
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await receiver.stop();
  expect(receiver.failures).toEqual([]);
});

const options = (changes: Partial<OtlpOptions> = {}): OtlpOptions => ({
  endpoint: receiver.url,
  headers: { 'api-key': 'secret' },
  traceRatio: 0,
  logs: true,
  metrics: null,
  ...changes,
});
const start = (changes?: Partial<OtlpOptions>) =>
  startTelemetry({ service, otlp: options(changes), sentry: null }, (error) =>
    problems.push(error),
  );

async function stopWithin(telemetry: ProcessTelemetry): Promise<void> {
  const startedAt = performance.now();
  await telemetry.shutdown();
  expect(performance.now() - startedAt).toBeLessThan(maxWaitMs);
}

describe('lines of the log', () => {
  it('arrive with severity, fields, resource and trace, and on stdout as well', async () => {
    const telemetry = await start();
    const logger = createLogger('api', 'info', telemetry.forwardLine);
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    context.with(
      trace.setSpanContext(context.active(), { ...ids, traceFlags: TraceFlags.SAMPLED }),
      () =>
        logger.warn({ batch_id: 'b', err: new TypeError('x is not a function') }, 'batch failed'),
    );
    logger.debug('not logged');
    await stopWithin(telemetry);
    expect(receiver.logs).toHaveLength(1);
    expect(receiver.logs[0]).toMatchObject({
      ...ids,
      service: 'tallyflow-api',
      resource: { 'service.version': '1.2.3', 'service.namespace': 'tallyflow' },
      body: 'batch failed',
      severityNumber: 13,
      severityText: 'warn',
      attributes: {
        batch_id: 'b',
        'exception.type': 'TypeError',
        'exception.message': 'A value is not a function',
      },
    });
    expect(Math.abs(Date.now() - (receiver.logs[0]?.timeMs ?? 0))).toBeLessThan(10_000);
    expect(receiver.requests[0]).toMatchObject({
      path: '/v1/logs',
      headers: { 'api-key': 'secret', 'content-encoding': 'gzip' },
    });
  });

  it('arrive while the process runs', async () => {
    const telemetry = await start();
    createLogger('api', 'info', telemetry.forwardLine).info('hello');
    // Otherwise it would come with the end of the process.
    await receiver.waitForLog(({ body }) => body === 'hello', 30_000);
    await stopWithin(telemetry);
  }, 40_000);

  it('stay within what New Relic takes, however long they are, and those that do not fit are dropped', async () => {
    const telemetry = await start();
    const line = JSON.stringify({
      level: 'error',
      time: new Date().toISOString(),
      msg: 'x',
      err: { sendableMessage: 'm'.repeat(50_000), stack: 's'.repeat(50_000) },
    });
    for (let count = 0; count < 10_000; count++) telemetry.forwardLine?.(line);
    await stopWithin(telemetry);
    expect(receiver.logs.length).toBeGreaterThan(1_000);
    expect(receiver.logs.length).toBeLessThan(3_000);
    // Before they are compressed.
    for (const { text } of receiver.requests) expect(text.length).toBeLessThan(maxRequestBytes);
  });

  it('are not sent where that is turned off', async () => {
    const telemetry = await start({ logs: false });
    expect(telemetry.forwardLine).toBeNull();
    await stopWithin(telemetry);
    expect(receiver.requests).toEqual([]);
  });
});

describe('a collector that is away', () => {
  /** As a process of ours does it: it logs more than the queue holds, and ends. */
  const script = `
    const { createLogger } = await import('${new URL('../../src/logger.ts', import.meta.url)}');
    const { startTelemetry } = await import('${new URL('../../src/telemetry/start-telemetry.ts', import.meta.url)}');
    const telemetry = await startTelemetry(JSON.parse(process.env.OPTIONS), () => {});
    const logger = createLogger('api', 'info', telemetry.forwardLine);
    const startedAt = performance.now();
    for (let count = 0; count < 10_000; count++) logger.info({ count }, 'line');
    const loggedMs = performance.now() - startedAt;
    await telemetry.shutdown();
    console.error(JSON.stringify({ loggedMs, shutdownMs: performance.now() - startedAt - loggedMs }));
    process.exit();`;

  it.each(['hang', 'refuse'] as const)(
    'delays neither what is logged nor the end of the process (%s)',
    async (mode) => {
      receiver.mode = mode;
      const otlp = options({ metrics: 'delta' });
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...process.env, OPTIONS: JSON.stringify({ service, otlp, sentry: null }) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      const { loggedMs, shutdownMs } = JSON.parse(said.trim().split('\n').at(-1) as string);
      // Some 0.2 s, with stdout. An answer would take far longer.
      expect(loggedMs).toBeLessThan(maxWaitMs);
      expect(shutdownMs).toBeLessThan(maxWaitMs);
      expect(receiver.requests.length).toBeGreaterThan(0);
      expect(child.exitCode).toBe(0);
    },
  );
});

describe('metrics', () => {
  let registry: Registry;
  let counter: Counter<'outcome'>;
  let histogram: Histogram<'rows'>;
  beforeEach(() => {
    registry = new Registry();
    const registers = [registry];
    counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['outcome'], registers });
    histogram = new Histogram({
      name: 'b_seconds',
      help: 'B.',
      labelNames: ['rows'],
      buckets: [1, 60],
      registers,
    });
  });
  const startPushing = (metrics: 'cumulative' | 'delta') =>
    startMetrics({ ...options(), metrics }, describeResource(service), registry);

  function use(): void {
    counter.inc({ outcome: 'new' }, 3);
    counter.inc({ outcome: 'replayed' });
    for (const seconds of [0.5, 30, 90]) histogram.observe({ rows: '1000' }, seconds);
  }
  /** The sums of all that has arrived, as /metrics writes them. */
  function received(): string[] {
    const sums = new Map<string, number>();
    const add = (name: string, labels: object, value: number) => {
      const text = Object.entries(labels).map(([key, label]) => `${key}="${label}"`);
      const series = text.length === 0 ? name : `${name}{${text.join(',')}}`;
      sums.set(series, (sums.get(series) ?? 0) + value);
    };
    for (const { name, points } of receiver.metrics)
      for (const { attributes, value, count, sum, bounds, bucketCounts } of points) {
        if (Number.isNaN(count)) {
          add(name, attributes, value);
          continue;
        }
        let below = 0;
        for (const [index, bucket] of bucketCounts.entries()) {
          below += bucket;
          add(`${name}_bucket`, { le: bounds[index] ?? '+Inf', ...attributes }, below);
        }
        add(`${name}_sum`, attributes, sum);
        add(`${name}_count`, attributes, count);
      }
    return [...sums].map(([series, value]) => `${series} ${value}`).sort();
  }
  const served = async () =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .sort();

  it('arrive as the sums of /metrics', async () => {
    const metrics = startPushing('cumulative');
    use();
    await metrics.shutdown();
    expect(received()).toEqual(await served());
    expect(receiver.metrics).toMatchObject([
      { name: 'a_total', kind: 'sum', isMonotonic: true, temporality: 'cumulative' },
      { name: 'b_seconds', kind: 'histogram', unit: 's', temporality: 'cumulative' },
    ]);
  });

  it('arrive as deltas that add up to the sums of /metrics, whatever was lost on the way', async () => {
    const metrics = startPushing('delta');
    use();
    await metrics.push();
    use();
    // Answered with 503, and tried again for some seconds.
    receiver.mode = 'refuse';
    const failing = metrics.push();
    await waitFor(async () => receiver.requests.length >= 2);
    use();
    receiver.mode = 'accept';
    await failing;
    use();
    await metrics.shutdown();
    expect(received()).toEqual(await served());
    const deltas = receiver.metrics.flatMap(({ temporality }) => temporality);
    expect(new Set(deltas)).toEqual(new Set(['delta']));
    // Each begins where the last one ended.
    const points = receiver.metrics
      .filter(({ name }) => name === 'a_total')
      .map(({ points: [point] }) => point);
    for (const [index, point] of points.entries())
      if (index > 0) expect(point?.startMs).toBe(points[index - 1]?.timeMs);
  });

  it('come in requests that New Relic takes, however many series there are', async () => {
    const metrics = startPushing('delta');
    for (let index = 0; index < 12_000; index++) {
      histogram.observe({ rows: `${'r'.repeat(100)}${index}` }, 1);
      counter.inc({ outcome: `${'o'.repeat(100)}${index}` });
    }
    await metrics.shutdown();
    const points = receiver.metrics.flatMap((metric) => metric.points);
    expect(points).toHaveLength(24_000);
    for (const { text } of receiver.requests) expect(text.length).toBeLessThan(maxRequestBytes);
  });
});
