import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { connectLazily } from '../../src/temporal/connection.ts';
import type { EmptyWorkflow } from '../empty-workflow/workflow.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { newBatches, newRows, toBody } from '../load/batches.ts';
import { runInParallel } from '../load/run-in-parallel.ts';
import { alone, compared } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';
import { processBatch } from './02-one-batch.ts';

const postName = 'POST meanwhile, p99';
/** The p99 of a single run is too noisy to be quoted. */
const wholeRuns = 3;
const clients = 16;
const batchCount = 2_000;
const rowsPerBatch = 10;
/** In the first 16,000 POSTs, V8's compiler takes a fifth of the API's time. */
const warmUpBursts = 8;
/** Fewer than batches, since they take long and a rate needs no more. */
const emptyWorkflowCount = 400;
const emptyTaskQueue = 'empty-workflows';
/** Measured before each burst, so that both find the same machine and equally warm code. */
const lone = { warmUps: 1, repeats: 9 };
const visibilityPollMs = 50;

export const smallBatches: Scenario = {
  number: 4,
  title: '2,000 batches of 10 rows, 16 clients, until all are completed',
  run: async (bench) => {
    const runs: Outcome[] = [];
    while (runs.length < wholeRuns) {
      await bench.stack.reset();
      runs.push(await measureSmallBatches(bench, { warmUps: 1, repeats: 3 }));
    }
    return runs.toSorted((a, b) => postRatio(a) - postRatio(b))[1] as Outcome;
  },
};

const postRatio = ({ measurements }: Outcome): number =>
  measurements.find(({ name }) => name === postName)?.ratio?.median as number;

async function measureSmallBatches(bench: Bench, rounds: Rounds): Promise<Outcome> {
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
    const makeBodies = () => newBatches(batchCount, rowsPerBatch).map(toBody);
    for (let burst = 0; burst < warmUpBursts; burst++) await runBurst(bench, makeBodies());
    const bursts: (LoneBatches & Burst & TemporalCosts)[] = [];
    const { figures, limits } = await interleave(
      rounds,
      makeBodies,
      async (bodies) => {
        await stack.whenAtRest();
        const unloaded = await measureLoneBatches(bench, temporal.client);
        await stack.whenAtRest();
        const startedAt = new Date();
        const burst = await runBurst(bench, bodies);
        const costs = await countTransitions(temporal.client, startedAt);
        bursts.push({ ...unloaded, ...burst, ...costs });
        return burst.rate;
      },
      async () => {
        await stack.whenAtRest();
        return emptyWorkflowRate(temporal.client);
      },
    );
    const counted = bursts.slice(rounds.warmUps);
    const each = (value: (burst: (typeof bursts)[number]) => number) => counted.map(value);
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
          postName,
          'ms',
          each(({ postMs }) => percentile(postMs, 0.99)),
          {
            name: 'POST unloaded, p50',
            values: each(({ lonePostMs }) => percentile(lonePostMs, 0.5)),
          },
          // Sixteen clients on two cores wait for each other: with 10, chance would decide.
          { atMost: 20 },
        ),
        compared(
          'a lone batch, POST sent → completed',
          'ms',
          counted.flatMap(({ loneBatchMs }) => loneBatchMs),
          {
            name: 'a lone empty workflow, start → result',
            values: counted.flatMap(({ loneWorkflowMs }) => loneWorkflowMs),
          },
          { atMost: 2 },
        ),
        alone(
          'state transitions a batch',
          'transitions',
          each(({ transitions }) => transitions / batchCount),
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
        `The whole scenario ran ${wholeRuns} times; these are the results of the run whose POST p99 is the median. The limit: ${emptyWorkflowCount} workflows from ${clients} starters, on the same Temporal server, in a worker process with the same settings; Temporal is polled every 50 ms. ${warmUpBursts} bursts precede the measurement, and lone batches precede each burst.`,
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
}

/** Posts the batches from many clients at once, and waits until all are completed. */
export async function runBurst({ api, stack }: Bench, bodies: readonly Buffer[]): Promise<Burst> {
  const postMs: number[] = [];
  const ms = await timed(async () => {
    await runInParallel(clients, bodies, async (body) => {
      postMs.push(await timed(() => api.postBatch(body)));
    });
    await stack.whenIdle();
  });
  return { rate: (bodies.length * 1_000) / ms, postMs };
}

interface TemporalCosts {
  transitions: number;
  runs: number;
}

/** Counts the transitions of the workflows that were started since then, once all of them have closed. */
async function countTransitions(temporal: Client, since: Date): Promise<TemporalCosts> {
  const started = `TaskQueue = 'tallyflow' AND StartTime >= '${since.toISOString()}' AND WorkflowType != 'PendingBatchSweepWorkflow'`;
  const running = `${started} AND ExecutionStatus = 'Running'`;
  while ((await temporal.workflow.count(running)).count > 0) await sleep(visibilityPollMs);
  const costs = { transitions: 0, runs: 0 };
  for await (const { raw } of temporal.workflow.list({ query: started })) {
    costs.transitions += Number(raw.stateTransitionCount);
    costs.runs++;
  }
  return costs;
}

async function emptyWorkflowRate(temporal: Client): Promise<number> {
  const running = `WorkflowType = 'EmptyWorkflow' AND ExecutionStatus = 'Running'`;
  const ids = Array.from({ length: emptyWorkflowCount }, () => randomUUID());
  const ms = await timed(async () => {
    await runInParallel(clients, ids, (id) =>
      temporal.workflow.start<typeof EmptyWorkflow>('EmptyWorkflow', {
        workflowId: id,
        taskQueue: emptyTaskQueue,
        args: [],
      }),
    );
    while ((await temporal.workflow.count(running)).count > 0) await sleep(visibilityPollMs);
  });
  return (emptyWorkflowCount * 1_000) / ms;
}

/** Times in milliseconds. */
interface LoneBatches {
  lonePostMs: number[];
  loneBatchMs: number[];
  loneWorkflowMs: number[];
}

/** Measures one batch at a time, in turn with single empty workflows. */
async function measureLoneBatches(bench: Bench, temporal: Client): Promise<LoneBatches> {
  const postMs: number[] = [];
  const { figures, limits } = await interleave(
    lone,
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
  return {
    lonePostMs: postMs.slice(lone.warmUps),
    loneBatchMs: figures,
    loneWorkflowMs: limits,
  };
}
