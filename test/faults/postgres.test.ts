import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClientAnswer, ClientRecord, makeRows } from '../helpers/client-record.ts';
import { FaultStack, faultTimeoutMs } from '../helpers/fault-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a client may wait for its answer while the database is away. */
const patienceMs = 5_000;

let stack: FaultStack;
let client: ClientRecord;

beforeAll(async () => {
  stack = await FaultStack.start();
  client = new ClientRecord(stack);
  await client.teach();
}, faultTimeoutMs);

afterAll(() => stack?.close(), faultTimeoutMs);

/** Posts 100,000 rows, and waits until the first of them are done. Gives the batch's id. */
async function postAndBegin(label: string): Promise<string> {
  const { body } = await client.post(makeRows(label, 100_000));
  const batch = () => stack.database('batches').where({ id: body.batch_id }).first();
  await waitFor(async () => (await batch()).completedCount > 0);
  expect(await batch()).toMatchObject({ status: 'processing' });
  return body.batch_id;
}

function expectUnavailable(answers: ClientAnswer[]): void {
  for (const { status, headers, body, ms } of answers) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'database_unavailable' });
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(ms).toBeLessThan(patienceMs);
  }
}

/** Posts small batches, each again and again with its key until it is accepted, as a client should. */
function startPatientClient(label: string) {
  let isStopping = false;
  let repeatCount = 0;
  const run = async () => {
    for (let batch = 0; !isStopping; batch++) {
      const rows = makeRows(`${label}-${batch}`, 20, label);
      const headers = { 'idempotency-key': randomUUID() };
      while ((await client.post(rows, headers)).status !== 202) {
        repeatCount++;
        await sleep(50);
      }
    }
  };
  const running = run();
  return {
    async stop(): Promise<number> {
      isStopping = true;
      await running;
      return repeatCount;
    },
  };
}

/** Answers while the database is away: with a key that the API may remember, and with one that it must look up. */
async function askAll(label: string, batchId: string): Promise<ClientAnswer[]> {
  const unknownKey = { authorization: `Bearer ${randomUUID()}` };
  return Promise.all([
    client.post(makeRows(`${label}-refused`, 10)),
    client.post(makeRows(`${label}-unknown`, 10), unknownKey),
    client.getBatch(batchId),
    client.request('GET', '/api/integrations/batches', undefined, unknownKey),
    client.getReport(`never-asked-for-${randomUUID()}`),
  ]);
}

describe.each([
  ['stopped', () => stack.stop('postgres'), () => stack.start('postgres')],
  ['killed', () => stack.kill('postgres'), () => stack.start('postgres')],
  ['paused', () => stack.pause('postgres'), async () => stack.resume('postgres')],
])('while PostgreSQL is %s', (how, takeAway, bringBack) => {
  it(
    'requests are answered 503 within seconds, and afterwards all goes on without a restart',
    async () => {
      const survivors = [stack.pid('api'), stack.pid('worker')];
      const batchId = await postAndBegin(`${how}-open`);
      const patient = startPatientClient(`${how}-patient`);
      await takeAway();
      await expect(stack.canQuery()).resolves.toBe(false);
      for (const round of ['first', 'second', 'third'])
        expectUnavailable(await askAll(`${how}-${round}`, batchId));
      await bringBack();
      await waitFor(async () => (await client.getBatch(batchId)).status === 200);
      expect(await patient.stop()).toBeGreaterThan(0);
      expect((await client.post(makeRows(`${how}-after`, 10))).status).toBe(202);
      // A batch whose COMMIT went through without an answer was started by nobody.
      await stack.sweep();
      await client.reconcile();
      expect([stack.pid('api'), stack.pid('worker')]).toEqual(survivors);
    },
    faultTimeoutMs,
  );
});

it('waits for a statement that is only slow', async () => {
  const { rows } = await stack.database.raw("SELECT 'at last' AS word FROM pg_sleep(4)");
  expect(rows).toEqual([{ word: 'at last' }]);
});
