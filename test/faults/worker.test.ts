import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientRecord, makeRows } from '../helpers/client-record.ts';
import { FaultStack, faultTimeoutMs } from '../helpers/fault-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a worker may take to finish what is at hand: its grace (30 s), and what closing costs. */
const drainMs = 35_000;

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
  await waitFor(async () => (await batchOf(body.batch_id)).completedCount > 0);
  return body.batch_id;
}

const batchOf = (id: string) => stack.database('batches').where({ id }).first();

async function expectHalfDone(id: string): Promise<void> {
  const { status, completedCount } = await batchOf(id);
  expect(status).toBe('processing');
  expect(completedCount).toBeGreaterThan(0);
  expect(completedCount).toBeLessThan(100_000);
}

describe('a worker in the middle of a batch', () => {
  it(
    'that is killed loses nothing and does nothing twice',
    async () => {
      const id = await postAndBegin('killed');
      await stack.kill('worker');
      await expectHalfDone(id);
      await stack.start('worker');
      await client.reconcile();
    },
    faultTimeoutMs,
  );

  it(
    'that is told to end finishes what is at hand, and another one the rest',
    async () => {
      const id = await postAndBegin('drained');
      const { how, ms } = await stack.stop('worker');
      expect(how).toBe('0');
      expect(ms).toBeLessThan(drainMs);
      await expectHalfDone(id);
      await stack.start('worker');
      await client.reconcile();
    },
    faultTimeoutMs,
  );
});
