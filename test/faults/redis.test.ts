import { describe, expect, it } from '@jest/globals';
import { makeRows, p95 } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { faults } from '../helpers/faults.ts';
import { inflict } from '../helpers/inflict.ts';
import { isThorough } from '../helpers/reliability-record.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What the first request may take that finds out (250 ms), on a busy machine. */
const firstMs = 600;
/** A request without a cache, on a busy machine; one that waits for it takes 250 ms and more. */
const laterMs = 200;
/** Between the last word of a process and its end. */
const exitMs = 1_000;

const { stack, client } = await startFaultSuite();

/** Posts a batch and waits until it is completed. */
async function postAndComplete(label: string, count: number, from = 0): Promise<void> {
  const { status, body, ms } = await client.post(makeRows(label, count).slice(from));
  expect(status).toBe(202);
  expect(ms).toBeLessThan(firstMs);
  await waitFor(async () => (await client.getBatch(body.batch_id)).body.status === 'completed');
}

async function report(account: string) {
  const { status, headers, body, ms } = await client.getReport(account);
  expect(status).toBe(200);
  return { isHit: headers.get('x-cache') === 'hit', count: body.metrics.total_transactions, ms };
}

const untilCached = (account: string, count: number) =>
  waitFor(async () => {
    const { isHit, count: found } = await report(account);
    return isHit && found === count;
  });

describe.each([
  ['stopped', () => stack.stop('redis'), () => stack.start('redis')],
  ['killed', () => stack.kill('redis'), () => stack.start('redis')],
  ['paused', () => stack.pause('redis'), async () => stack.resume('redis')],
])('while Redis is %s', (how, takeAway, bringBack) => {
  it(
    'no request fails or waits for it, and afterwards it is used again and holds nothing outdated',
    async () => {
      const account = `${how}-account-0`;
      await postAndComplete(how, 40);
      await untilCached(account, 10);

      await takeAway();
      try {
        const answers = [];
        // Of twenty the machine's own worst moment would be the 95th percentile.
        for (let request = 0; request < 100; request++) answers.push(await report(account));
        expect(answers.map(({ isHit, count }) => ({ isHit, count }))).toEqual(
          answers.map(() => ({ isHit: false, count: 10 })),
        );
        const [first, ...later] = answers.map(({ ms }) => ms);
        expect(first).toBeLessThan(firstMs);
        expect(p95(later)).toBeLessThan(laterMs);
        // Nobody can drop the report that was cached.
        await postAndComplete(how, 80, 40);
        expect(await report(account)).toMatchObject({ isHit: false, count: 20 });
      } finally {
        await bringBack();
      }
      await untilCached(account, 20);
      await client.reconcile();
    },
    faultTimeoutMs,
  );
});

it.each(
  [
    ...(isThorough ? [faults.redisKilled, faults.redisFlushed, faults.redisPaused] : []),
    faults.redisFull,
    faults.redisEvicts,
    faults.redisOverwritten,
    faults.redisBabbles,
  ].map((fault) => [fault.name, fault] as const),
)(
  'nobody notices that %s: no batch is refused, and no report is outdated afterwards',
  async (_, fault) => {
    await inflict(stack, client, fault);
  },
  faultTimeoutMs,
);

it.each(['api', 'worker'] as const)(
  'the %s ends at once when it is told to while Redis is away',
  async (part) => {
    await stack.kill('redis');
    await client.getReport('stopped-account-0');
    const { how } = await stack.stop(part);
    expect(how).toBe('0');
    const { time } = stack.lastLogLine(part, `${part} stopped`);
    expect(Date.now() - Date.parse(time)).toBeLessThan(exitMs);
    await Promise.all([stack.start('redis'), stack.start(part)]);
    await client.reconcile();
  },
  faultTimeoutMs,
);
