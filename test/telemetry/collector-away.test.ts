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
/** Each makes some spans, together about as many as may wait. */
const requestCount = 700;
/** 2,048 in the queue, and 256 on their way. */
const maxWaitingSpans = 2_304;
/** A slow machine takes some milliseconds for a request. The exporter gives up after 10 s. */
const maxRequestMs = 1_000;
const maxStopMs = 5_000;
const maxGrowthBytes = 24 * 1024 * 1024;

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
async function ask(url: string, requests = requestCount): Promise<number> {
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
  ])('%s costs bounded memory, no request, and no time at the end', async (_, mode) => {
    if (mode !== null) receiver.mode = mode;
    api = await start(mode === null ? `http://127.0.0.1:${await freePort()}` : receiver.url);
    // Fills the queue.
    await ask(api.url);
    const { peakBytes: before } = await api.measure();
    expect(await ask(api.url)).toBeLessThan(maxRequestMs);
    const { peakBytes: after } = await api.measure();
    expect(after - before).toBeLessThan(maxGrowthBytes);
    const stopping = performance.now();
    await api.stop();
    api = undefined;
    expect(performance.now() - stopping).toBeLessThan(maxStopMs);
  });

  it('that comes back gets no more than may wait, and what happens from then on', async () => {
    receiver.mode = 'refuse';
    api = await start(receiver.url);
    const { url } = api;
    await ask(url, 1_500);
    const backMs = Date.now();
    receiver.spans.length = 0;
    receiver.mode = 'accept';
    await waitFor(async () => {
      await ask(url, 1);
      return receiver.spans.some(({ startMs }) => startMs > backMs);
    });
    const waited = receiver.spans.filter(({ startMs }) => startMs <= backMs);
    expect(waited.length).toBeGreaterThan(0);
    expect(waited.length).toBeLessThanOrEqual(maxWaitingSpans);
  });
});
