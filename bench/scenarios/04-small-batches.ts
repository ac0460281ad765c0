import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { connectLazily } from '../../src/temporal/connection.ts';
import type { EmptyWorkflow } from '../empty-workflow/workflow.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { newBatches, newRows, toBody } from '../load/batches.ts';
import { inLanes } from '../load/in-lanes.ts';
import { alone, compared } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';
import { processBatch } from './02-one-batch.ts';

const clients = 16;
const batchCount = 2_000;
const rowsPerBatch = 10;
/** A rate needs fewer of them, and they take long. */
const emptyWorkflowCount = 400;
const emptyTaskQueue = 'empty-workflows';
const loneRepeats = 25;

export const smallBatches: Scenario = {
  number: 4,
  title: '2,000 batches of 10 rows, 16 clients, until all are completed',
  run: async (bench) => {
    await bench.stack.reset();
    return measureSmallBatches(bench, { warmUps: 1, repeats: 5 });
  },
};

export async function measureSmallBatches(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const { stack, servers } = bench;
  const temporal = connectLazily(servers.temporalAddress, 'default');
  const worker = await stack.startProcess(
    'empty-workflow/worker',
    {
      DATABASE_URL: servers.databaseUrl,
      TEMPORAL_ADDRESS: servers.temporalAddress,
      TEMPORAL_TASK_QUEUE: emptyTaskQueue,
    },
    async (output) => output.includes('worker started'),
  );
  try {
    const lone = await measureLoneBatches(bench, temporal.client);
    const bursts: Burst[] = [];
    const { figures, limits } = await interleave(
      rounds,
      () => newBatches(batchCount, rowsPerBatch).map(toBody),
      async (bodies) => {
        const burst = await runBurst(bench, bodies, temporal.client);
        bursts.push(burst);
        return burst.rate;
      },
      () => emptyWorkflowRate(temporal.client),
    );
    const counted = bursts.slice(rounds.warmUps);
    const each = (value: (burst: Burst) => number) => counted.map(value);
    return {
      measurements: [
        compared(
          'batches',
          'batches/s',
          figures,
          { name: 'empty workflows with one activity', values: limits },
          { atLeast: 4 },
        ),
        compared(
          'POST meanwhile, p99',
          'ms',
          each(({ postMs }) => percentile(postMs, 0.99)),
          { name: 'POST unloaded, p50', values: counted.map(() => percentile(lone.postMs, 0.5)) },
          { atMost: 10 },
        ),
        compared(
          'a lone batch, POST sent → completed',
          'ms',
          lone.batchMs,
          { name: 'a lone empty workflow, start → result', values: lone.workflowMs },
          { atMost: 2 },
        ),
        alone(
          'state transitions a batch',
          'transitions',
          each(({ transitions }) => transitions),
          null,
        ),
        alone(
          'batches a workflow run',
          'batches',
          each(({ runs }) => batchCount / runs),
          null,
        ),
      ],
      notes: [
        `The limit: ${emptyWorkflowCount} workflows from ${clients} starters, on the same Temporal server, in a worker process with the settings of ours; Temporal is asked every 50 ms whether one still runs. Completed batches are looked for in the database every 2 ms.`,
      ],
    };
  } finally {
    await worker.stop();
    await temporal.close();
  }
}

interface Burst {
  /** Batches a second, from the first POST until all are completed. */
  rate: number;
  postMs: number[];
  /** State transitions of Temporal a batch. */
  transitions: number;
  runs: number;
}

export async function runBurst(
  { api, stack }: Bench,
  bodies: readonly Buffer[],
  temporal: Client,
): Promise<Burst> {
  const startedAt = new Date();
  const postMs: number[] = [];
  const ms = await timed(async () => {
    await inLanes(clients, bodies, async (body) => {
      postMs.push(await timed(() => api.postBatch(body)));
    });
    await stack.whenIdle();
  });
  return {
    rate: (bodies.length * 1_000) / ms,
    postMs,
    ...(await countTransitions(temporal, startedAt, bodies.length)),
  };
}

/** Of the runs that processed the batches sent since then, once all of them have closed. */
async function countTransitions(temporal: Client, since: Date, batches: number) {
  const runs = `TaskQueue = 'tallyflow' AND StartTime >= '${since.toISOString()}' AND WorkflowType != 'PendingBatchSweepWorkflow'`;
  while ((await temporal.workflow.count(`${runs} AND ExecutionStatus = 'Running'`)).count > 0)
    await sleep(50);
  let transitions = 0;
  let runCount = 0;
  for await (const { raw } of temporal.workflow.list({ query: runs })) {
    transitions += Number(raw.stateTransitionCount);
    runCount++;
  }
  return { transitions: transitions / batches, runs: runCount };
}

async function emptyWorkflowRate(temporal: Client): Promise<number> {
  const running = `WorkflowType = 'EmptyWorkflow' AND ExecutionStatus = 'Running'`;
  const ids = Array.from({ length: emptyWorkflowCount }, () => randomUUID());
  const ms = await timed(async () => {
    await inLanes(clients, ids, (id) =>
      temporal.workflow.start<typeof EmptyWorkflow>('EmptyWorkflow', {
        workflowId: id,
        taskQueue: emptyTaskQueue,
        args: [],
      }),
    );
    while ((await temporal.workflow.count(running)).count > 0) await sleep(50);
  });
  return (emptyWorkflowCount * 1_000) / ms;
}

/** One at a time, in turn with lone empty workflows. */
async function measureLoneBatches(bench: Bench, temporal: Client) {
  const postMs: number[] = [];
  const { figures, limits } = await interleave(
    { warmUps: 5, repeats: loneRepeats },
    () => toBody(newRows(rowsPerBatch)),
    async (body) => {
      const batch = await processBatch(bench, body);
      postMs.push(batch.postMs);
      return batch.ms;
    },
    () => {
      const workflow = { workflowId: randomUUID(), taskQueue: emptyTaskQueue, args: [] as [] };
      return timed(() =>
        temporal.workflow.execute<typeof EmptyWorkflow>('EmptyWorkflow', workflow),
      );
    },
  );
  return { postMs: postMs.slice(5), batchMs: figures, workflowMs: limits };
}
