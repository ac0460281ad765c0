import { expect, it } from '@jest/globals';
import { trainingWorkflowId } from '../../src/temporal/categorizer-training.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { insertRows, label, merchantName } from '../helpers/label-rows.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

const { stack, client } = await startFaultSuite();

const trainings = '/api/admin/learning/trainings';

/** Labels so many rows that a training takes some seconds. */
async function labelMany(name: string): Promise<void> {
  const count = 6_000;
  const categories = await Promise.all(
    ['bakery', 'garage', 'hotel'].map((each) =>
      insertCategory(stack.database, `${name} ${each}`, []),
    ),
  );
  const ids = await insertRows(
    stack.database,
    Array.from({ length: count }, (_, place) => ({
      merchantName: `${name} ${merchantName(90_000 + 31 * place)} ${['bakery', 'garage', 'hotel'][place % 3]}`,
    })),
  );
  await label(stack.database, ids, (place) => categories[place % 3] as number);
}

async function post(): Promise<string> {
  const { status, body } = await client.request('POST', trainings);
  expect(status).toBe(202);
  return body.id;
}

async function ended(id: string) {
  await waitFor(
    async () => (await client.request('GET', `${trainings}/${id}`)).body.status !== 'running',
    faultTimeoutMs,
  );
  return (await client.request('GET', `${trainings}/${id}`)).body;
}

/** The connections of processes that train. */
const trainingConnections = () =>
  stack.database('pg_stat_activity').where({ application_name: 'tallyflow-training' });

const versions = () => stack.database('learned_versions').pluck('id');

it(
  'a training whose worker is killed ends with it, and is done once by another worker',
  async () => {
    await labelMany('killed');
    const id = await post();
    await waitFor(async () => (await trainingConnections()).length > 0);
    // The worker alone: nobody tells the process in which it trains.
    const killed = stack.pid('worker');
    process.kill(killed, 'SIGKILL');
    await waitFor(async () => (await trainingConnections()).length === 0, 5_000);
    expect(await versions()).toEqual([]);
    await stack.start('second-worker');
    expect(await ended(id)).toMatchObject({
      status: 'completed',
      outcome: 'live',
      labelled_row_count: 6_000,
    });
    expect(await versions()).toHaveLength(1);
    await stack.start('worker');
    await stack.stop('second-worker');
  },
  faultTimeoutMs,
);

it(
  'a worker that is told to end does not wait for its training, which is repeated',
  async () => {
    const id = await post();
    await waitFor(async () => (await trainingConnections()).length > 0);
    const { how, ms } = await stack.stop('worker');
    expect(how).toBe('0');
    // Without training, it takes some seconds; with one, it would take all of its grace of 30 s.
    expect(ms).toBeLessThan(20_000);
    expect(await trainingConnections()).toEqual([]);
    await stack.start('worker');
    expect(await ended(id)).toMatchObject({ status: 'completed', outcome: 'live' });
  },
  faultTimeoutMs,
);

it(
  'a cancelled training ends its process, and says so',
  async () => {
    const id = await post();
    await waitFor(async () => (await trainingConnections()).length > 0);
    await stack.temporal.client.workflow.getHandle(trainingWorkflowId('tallyflow')).cancel();
    expect(await ended(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'The training was cancelled.',
    });
    await waitFor(async () => (await trainingConnections()).length === 0, 15_000);
    // The next one is done as ever.
    expect(await ended(await post())).toMatchObject({ status: 'completed', outcome: 'live' });
    expect(await versions()).toHaveLength(1);
  },
  faultTimeoutMs,
);

it(
  'a training that is requested while Temporal is away starts once it is back',
  async () => {
    await stack.stop('temporal');
    const id = await post();
    await stack.start('temporal');
    expect(await ended(id)).toMatchObject({ status: 'completed', outcome: 'live' });
  },
  faultTimeoutMs,
);

it(
  'a training whose start was lost with its API is started by the sweep',
  async () => {
    await stack.stop('temporal');
    const id = await post();
    await stack.kill('api');
    await stack.start('temporal');
    await stack.start('api');
    await stack
      .database('trainings')
      .where({ id })
      .update({ created_at: new Date(0) });
    await stack.sweep();
    expect(await ended(id)).toMatchObject({ status: 'completed', outcome: 'live' });
  },
  faultTimeoutMs,
);
