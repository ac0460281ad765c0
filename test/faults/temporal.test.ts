import { describe, expect, it } from '@jest/globals';
import { batchWorkflowId } from '../../src/temporal/start-batch-processing.ts';
import { makeRows, p95 } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { faults } from '../helpers/faults.ts';
import { inflict } from '../helpers/inflict.ts';
import { isThorough } from '../helpers/reliability-record.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a client may wait for while Temporal is away. */
const fastMs = 500;

const { stack, client } = await startFaultSuite();

/** Posts twenty batches one after the other. Gives their ids. */
async function postTwenty(label: string): Promise<string[]> {
  const answers = [];
  for (let batch = 0; batch < 20; batch++)
    answers.push(await client.post(makeRows(`${label}-${batch}`, 25, label)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  expect(p95(answers.map(({ ms }) => ms))).toBeLessThan(fastMs);
  return answers.map(({ body }) => body.batch_id);
}

const statuses = (ids: string[]): Promise<string[]> =>
  stack.database('batches').whereIn('id', ids).distinct().pluck('status');

const isTemporalUp = () => stack.temporal.probe.isUp();

async function untilStarted(id: string): Promise<void> {
  await waitFor(async () => (await statuses([id])).includes('completed'));
}

describe('while Temporal is stopped', () => {
  it(
    'batches are captured fast, and the API itself starts them once it is back',
    async () => {
      await stack.stop('temporal');
      expect(await isTemporalUp()).toBe(false);
      const ids = await postTwenty('stopped');
      expect(await statuses(ids)).toEqual(['pending']);
      await stack.start('temporal');
      await client.reconcile();
    },
    faultTimeoutMs,
  );

  it(
    'batches whose API is killed too are started by the sweep',
    async () => {
      await stack.stop('temporal');
      const ids = await postTwenty('swept');
      await stack.kill('api');
      await stack.start('temporal');
      await stack.start('api');
      // The API works again, and knows nothing of the earlier batches.
      const later = await client.post(makeRows('after', 1));
      await untilStarted(later.body.batch_id);
      expect(await statuses(ids)).toEqual(['pending']);
      await stack.sweep();
      await client.reconcile();
    },
    faultTimeoutMs,
  );
});

it.each(
  [
    ...(isThorough ? [faults.temporalRestarted, faults.temporalPaused] : []),
    faults.temporalKilled,
  ].map((fault) => [fault.name, fault] as const),
)(
  'no batch is refused while %s, and all are completed afterwards',
  async (_, fault) => {
    await inflict(stack, client, fault);
  },
  faultTimeoutMs,
);

it(
  'a batch whose API dies between its COMMIT and the start of its workflow is started by the sweep',
  async () => {
    // Temporal takes the start's bytes and does nothing with them, so that the API dies in the middle of it.
    await stack.pause('temporal');
    expect(await isTemporalUp()).toBe(false);
    const { status, body } = await client.post(makeRows('unstarted', 3));
    expect(status).toBe(202);
    await stack.kill('api');
    await stack.kill('temporal');
    await stack.start('temporal');
    const workflow = stack.temporal.client.workflow.getHandle(batchWorkflowId(body.batch_id));
    await expect(workflow.describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
    await stack.start('api');
    await stack.sweep();
    await client.reconcile();
  },
  faultTimeoutMs,
);
