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

/** What a client sees that has nothing cached anywhere. */
const requests = (label: string, batchId: string): (() => Promise<ClientAnswer>)[] => [
  () => client.post(makeRows(label, 10)),
  () => client.getBatch(batchId),
  () => client.getReport(`never-asked-for-${label}`),
  () => client.request('GET', '/api/integrations/batches'),
];

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
      const rows = makeRows(`${label}-${batch}`, 20);
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

describe.each([
  ['stopped', () => stack.stop('postgres')],
  ['killed', () => stack.kill('postgres')],
])('while PostgreSQL is %s', (how, takeAway) => {
  it(
    'requests are answered 503 at once, and afterwards all goes on without a restart',
    async () => {
      const survivors = [stack.pid('api'), stack.pid('worker')];
      const batchId = await postAndBegin(`${how}-open`);
      const patient = startPatientClient(`${how}-patient`);
      await takeAway();
      expect(() => stack.pid('postgres')).toThrow('does not run');
      // At first the API key is remembered, and later it must be looked up.
      for (const round of ['first', 'second']) {
        const answers = await Promise.all(
          requests(`${how}-${round}`, batchId).map((request) => request()),
        );
        expectUnavailable(answers);
        await sleep(2_100);
      }
      await stack.start('postgres');
      await waitFor(async () => (await client.getBatch(batchId)).status === 200);
      expect(await patient.stop()).toBeGreaterThan(0);
      expect((await client.post(makeRows(`${how}-after`, 10))).status).toBe(202);
      await client.reconcile();
      expect([stack.pid('api'), stack.pid('worker')]).toEqual(survivors);
    },
    faultTimeoutMs,
  );
});

describe('while PostgreSQL stands still', () => {
  it(
    'requests are answered 503 within a few seconds, and afterwards all goes on without a restart',
    async () => {
      const survivors = [stack.pid('api'), stack.pid('worker')];
      const batchId = await postAndBegin('paused-open');
      await stack.pause('postgres');
      for (const round of ['first', 'second']) {
        const answers = await Promise.all(
          requests(`paused-${round}`, batchId).map((request) => request()),
        );
        expectUnavailable(answers);
      }
      stack.resume('postgres');
      await waitFor(async () => (await client.getBatch(batchId)).status === 200);
      await client.reconcile();
      expect([stack.pid('api'), stack.pid('worker')]).toEqual(survivors);
    },
    faultTimeoutMs,
  );
});
