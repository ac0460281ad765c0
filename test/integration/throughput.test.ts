import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ThroughputCounts } from '../../src/cache/read-throughput-totals.ts';
import { Throughput, type ThroughputOfHour } from '../../src/cache/throughput.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { testRedisUrl } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Longer than anybody waits for it. */
const lateMs = 400;

let proxy: TcpProxy;
let url: string;
let redis: Redis;
const open: Throughput[] = [];

beforeEach(async () => {
  const server = new URL(testRedisUrl() as string);
  redis = new Redis(server.href);
  await redis.flushdb();
  proxy = await startTcpProxy(server.hostname, Number(server.port));
  server.port = String(proxy.port);
  url = server.href;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((throughput) => throughput.close()));
  await proxy.close();
  redis.disconnect();
});

/** A process, with the totals that its metrics have. */
function startProcess(server: { url: string } | null = { url }) {
  const totals: ThroughputCounts = {
    batchesIn: 0,
    rowsIn: 0,
    batchesCompleted: 0,
    batchesFailed: 0,
    rowsCompleted: 0,
    refusals: 0,
  };
  const throughput = new Throughput(async () => ({ ...totals }), server ?? undefined);
  open.push(throughput);
  return { totals, throughput };
}

const sum = ({ minutes }: ThroughputOfHour, figure: keyof ThroughputCounts) =>
  minutes.reduce((total, minute) => total + minute[figure], 0);

/** The first command may come before the connection. */
const connected = (throughput: Throughput) =>
  waitFor(async () => (await throughput.lastHour()).isShared);

test('what all processes have counted is added up, each growth once', async () => {
  const [api, worker] = [startProcess(), startProcess()];
  await Promise.all([connected(api.throughput), connected(worker.throughput)]);
  api.totals.rowsIn = 1_000;
  await api.throughput.note();
  api.totals.rowsIn = 1_500;
  worker.totals.rowsCompleted = 700;
  await Promise.all([worker.throughput.note(), worker.throughput.note(), api.throughput.note()]);
  for (const { throughput } of [api, worker]) {
    const hour = await throughput.lastHour();
    expect(hour.minutes).toHaveLength(60);
    expect([hour.isShared, sum(hour, 'rowsIn'), sum(hour, 'rowsCompleted')]).toEqual([
      true,
      1_500,
      700,
    ]);
  }
});

test('a minute is one key, which Redis drops by itself', async () => {
  const { totals, throughput } = startProcess();
  await connected(throughput);
  for (let count = 1; count <= 20; count++) {
    totals.refusals = count;
    await throughput.note();
  }
  const keys = await redis.keys('*');
  // The minute may have ended in between.
  expect(keys.length).toBeLessThanOrEqual(2);
  for (const key of keys) {
    const seconds = await redis.ttl(key);
    expect(seconds).toBeGreaterThan(3_600);
    expect(seconds).toBeLessThanOrEqual(7_200);
  }
});

test('while Redis is away a process shows its own, and shares them afterwards', async () => {
  const { totals, throughput } = startProcess();
  await connected(throughput);
  totals.batchesIn = 1;
  await throughput.note();
  await proxy.cut();
  totals.batchesIn = 3;
  await waitFor(async () => !(await throughput.lastHour()).isShared);
  expect(sum(await throughput.lastHour(), 'batchesIn')).toBe(3);
  await proxy.restore();
  await connected(throughput);
  await throughput.note();
  const other = startProcess();
  await connected(other.throughput);
  expect(sum(await other.throughput.lastHour(), 'batchesIn')).toBe(3);
});

test('without Redis a process shows its own', async () => {
  const { totals, throughput } = startProcess(null);
  totals.batchesIn = 2;
  const hour = await throughput.lastHour();
  expect([hour.isShared, sum(hour, 'batchesIn')]).toEqual([false, 2]);
});

test('a Redis that answers too late counts nothing twice', async () => {
  const { totals, throughput } = startProcess();
  await connected(throughput);
  proxy.slow(lateMs);
  for (let count = 1; count <= 5; count++) {
    totals.rowsIn = count * 100;
    await throughput.note();
  }
  proxy.slow(0);
  // Then Redis has run whatever this process had sent.
  await connected(throughput);
  await throughput.note();
  const other = startProcess();
  await connected(other.throughput);
  expect(sum(await other.throughput.lastHour(), 'rowsIn')).toBe(500);
});

test('nobody waits for others that ask while Redis hangs', async () => {
  const { totals, throughput } = startProcess();
  await connected(throughput);
  totals.rowsIn = 1;
  proxy.mute();
  const startedAt = performance.now();
  const hours = await Promise.all(Array.from({ length: 30 }, () => throughput.lastHour()));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  for (const hour of hours) expect([hour.isShared, sum(hour, 'rowsIn')]).toEqual([false, 1]);
});
