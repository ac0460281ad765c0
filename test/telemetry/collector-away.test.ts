import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { type MeasuredApi, startMeasuredApi } from '../helpers/measured-api.ts';
import {
  type OtlpReceiver,
  type ReceiverMode,
  startOtlpReceiver,
} from '../helpers/otlp-receiver.ts';
import { waitFor } from '../helpers/wait-for.ts';

const key = generateApiKey();
/** Each makes two spans or more, together more than may wait, also with what is dropped meanwhile. */
const fillingRequests = 1_500;
/** A process records a hundred requests a second. */
const fillingMs = 16_000;
/** More spans than are sent at once: if requests wait for the collector, one of these does. */
const measuredRequests = 300;
/** 2,048 in the queue, and 256 on their way. */
const maxWaitingSpans = 2_304;
/** Above what a machine that is busy takes, and below the 10 s after which the exporter gives up. */
const maxRequestMs = 6_000;
const maxStopMs = 8_000;

let receiver: OtlpReceiver;
let api: MeasuredApi | undefined;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
});
afterAll(() => receiver.stop());

const start = (endpoint: string) =>
  startMeasuredApi({
    BOOTSTRAP_API_KEY: key,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_SAMPLER_ARG: '1',
  });

/** Returns how long the slowest request took. */
async function ask(url: string, requests: number): Promise<number> {
  let slowestMs = 0;
  for (let count = 0; count < requests; count++) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/integrations/batches`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  return slowestMs;
}

/** Has as many spans made as may wait for the collector. Returns how long the slowest request took. */
async function fillQueue(url: string): Promise<number> {
  const startedAt = performance.now();
  let slowestMs = await ask(url, fillingRequests);
  while (performance.now() - startedAt < fillingMs)
    slowestMs = Math.max(slowestMs, await ask(url, 1));
  return slowestMs;
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a collector', () => {
  it.each<[string, ReceiverMode | null]>([
    ['that never answers', 'hang'],
    ['that refuses', 'refuse'],
    ['that is away', null],
  ])(
    '%s costs no request, and no time at the end',
    async (_, mode) => {
      if (mode !== null) receiver.mode = mode;
      api = await start(mode === null ? `http://127.0.0.1:${await freePort()}` : receiver.url);
      await fillQueue(api.url);
      expect(await ask(api.url, measuredRequests)).toBeLessThan(maxRequestMs);
      const stopping = performance.now();
      await api.stop();
      api = undefined;
      expect(performance.now() - stopping).toBeLessThan(maxStopMs);
    },
    120_000,
  );

  it('that is away costs bounded memory: once it is back, it gets no more than may wait', async () => {
    receiver.mode = 'refuse';
    api = await start(receiver.url);
    const { url } = api;
    expect(await fillQueue(url)).toBeLessThan(maxRequestMs);
    const backMs = Date.now();
    receiver.spans.length = 0;
    receiver.mode = 'accept';
    await waitFor(async () => {
      await ask(url, 1);
      return receiver.spans.some(({ startMs }) => startMs > backMs);
    });
    const waited = receiver.spans.filter(({ startMs }) => startMs <= backMs);
    // The queue was full.
    expect(waited.length).toBeGreaterThan(0.8 * maxWaitingSpans);
    expect(waited.length).toBeLessThanOrEqual(maxWaitingSpans);
  }, 120_000);
});
