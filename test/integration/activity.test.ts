import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Activity, type ActivityCounts, type ActivityOfHour } from '../../src/cache/activity.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { testRedisUrl } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

let proxy: TcpProxy;
let url: string;
let redis: Redis;
const open: Activity[] = [];

beforeEach(async () => {
  const server = new URL(testRedisUrl() as string);
  redis = new Redis(server.href);
  await redis.flushdb();
  proxy = await startTcpProxy(server.hostname, Number(server.port));
  server.port = String(proxy.port);
  url = server.href;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((activity) => activity.close()));
  await proxy.close();
  redis.disconnect();
});

/** A process, with the totals that its metrics have. */
function startProcess(server: { url: string } | null = { url }) {
  const totals: ActivityCounts = {
    batchesIn: 0,
    rowsIn: 0,
    batchesCompleted: 0,
    batchesFailed: 0,
    rowsCompleted: 0,
    refusals: 0,
  };
  const activity = new Activity(async () => ({ ...totals }), server ?? undefined);
  open.push(activity);
  return { totals, activity };
}

const sum = ({ minutes }: ActivityOfHour, figure: keyof ActivityCounts) =>
  minutes.reduce((total, minute) => total + minute[figure], 0);

/** The first command may come before the connection. */
const connected = (activity: Activity) => waitFor(async () => (await activity.lastHour()).isShared);

test('what all processes have counted is added up, each growth once', async () => {
  const [api, worker] = [startProcess(), startProcess()];
  await Promise.all([connected(api.activity), connected(worker.activity)]);
  api.totals.rowsIn = 1_000;
  await api.activity.note();
  api.totals.rowsIn = 1_500;
  worker.totals.rowsCompleted = 700;
  await Promise.all([worker.activity.note(), worker.activity.note(), api.activity.note()]);
  for (const { activity } of [api, worker]) {
    const hour = await activity.lastHour();
    expect(hour.minutes).toHaveLength(60);
    expect([hour.isShared, sum(hour, 'rowsIn'), sum(hour, 'rowsCompleted')]).toEqual([
      true,
      1_500,
      700,
    ]);
  }
});

test('a minute is one key, which Redis drops by itself', async () => {
  const { totals, activity } = startProcess();
  await connected(activity);
  for (let count = 1; count <= 20; count++) {
    totals.refusals = count;
    await activity.note();
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
  const { totals, activity } = startProcess();
  await connected(activity);
  totals.batchesIn = 1;
  await activity.note();
  await proxy.cut();
  totals.batchesIn = 3;
  await waitFor(async () => !(await activity.lastHour()).isShared);
  expect(sum(await activity.lastHour(), 'batchesIn')).toBe(3);
  await proxy.restore();
  await connected(activity);
  const other = startProcess();
  await connected(other.activity);
  expect(sum(await other.activity.lastHour(), 'batchesIn')).toBe(3);
});

test('without Redis a process shows its own', async () => {
  const { totals, activity } = startProcess(null);
  totals.batchesIn = 2;
  const hour = await activity.lastHour();
  expect([hour.isShared, sum(hour, 'batchesIn')]).toEqual([false, 2]);
});
