import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import type { ActivityDependencies } from '../../src/activities/dependencies.ts';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { retryBatch } from '../../src/db/batches/change-batch-status.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { batchIdsAttribute, batchStatusAttribute } from '../../src/domain/search-attribute.ts';
import { BatchGroups, groupWorkflowId } from '../../src/temporal/batch-groups.ts';
import {
  batchWorkflowId,
  restartBatchProcessing,
  startBatchProcessing,
  workflowIdOf,
} from '../../src/temporal/start-batch-processing.ts';
import { WorkflowStarter } from '../../src/temporal/workflow-starter.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

const poison = 'POISON';
/** INDEXED_VALUE_TYPE_KEYWORD of Temporal's API. */
const keyword = 2;
const silent = pino({ level: 'silent' });

let db: TestDatabase;
let worker: TestWorker;
let groups: BatchGroups;
/** Batches that the worker's log names as ended. */
let ended: string[];
/** What happens before rows are categorized; their merchants. */
let before: (merchants: (string | null)[]) => Promise<void>;

const startWorker = (namespace?: string) => {
  const cache = new MemoryCache();
  const real = createTestChain(db.database, cache);
  const chain: ActivityDependencies['chain'] = {
    async decide(transactions) {
      await before(transactions.map(({ merchantName }) => merchantName));
      return real.decide(transactions);
    },
  };
  return startTestWorker(
    {
      database: db.database,
      chain,
      reports: new ReportCache(cache),
      logger: pino({}, { write: (line: string) => void ended.push(JSON.parse(line).batch_id) }),
    },
    undefined,
    namespace,
  );
};

beforeAll(async () => {
  db = await createTestDatabase();
  await insertCategory(db.database, 'Groceries', ['walmart']);
});

beforeEach(async () => {
  before = async () => {};
  ended = [];
  worker = await startWorker();
  groups = new BatchGroups(worker.client, worker.taskQueue, silent);
});

afterEach(async () => {
  await worker.stop();
});

afterAll(async () => {
  await db.drop();
});

const store = (merchant = 'WALMART', rowCount = 2) =>
  insertTestBatch(
    db.database,
    Array.from({ length: rowCount }, (_, index) =>
      makeTransaction({ merchantName: index === 0 ? merchant : 'Nobody' }),
    ),
  );
const storeMany = async (count: number) => {
  const batches: Batch[] = [];
  for (let index = 0; index < count; index++) batches.push(await store());
  return batches;
};
const reload = async (batch: Batch) => (await Batch.query(db.database).findById(batch.id)) as Batch;
const handleOf = (workflowId: string) => worker.client.workflow.getHandle(workflowId);
const untilStatus = (batch: Batch, status: Batch['status']) =>
  waitFor(async () => (await reload(batch)).status === status);

async function startGroup(batches: Batch[]): Promise<string> {
  const id = uuidV7();
  await groups.start({ id, batches });
  return groupWorkflowId(id);
}

/** As a categorizer that throws at one row would. */
const throwAtPoison = async (merchants: (string | null)[]) => {
  if (merchants.includes(poison))
    throw ApplicationFailure.create({ message: 'the model is broken', nextRetryDelay: '10ms' });
};

describe('BatchGroupProcessingWorkflow', () => {
  it('completes every batch of a group, in a history that stays small', async () => {
    const batches = [...(await storeMany(47)), await insertTestBatch(db.database, [])];
    const workflowId = await startGroup(batches);
    expect(await handleOf(workflowId).result()).toEqual({
      batchCount: 48,
      completedCount: 94,
      separateBatchIds: [],
    });
    const { runId } = await handleOf(workflowId).describe();
    for (const batch of batches) {
      const { transactionCount } = batch;
      expect(await reload(batch)).toMatchObject({
        status: 'completed',
        completedCount: transactionCount,
        categorizedCount: transactionCount / 2,
        workflowId,
        workflowRunId: runId,
        startedAt: expect.any(Date),
        finishedAt: expect.any(Date),
      });
    }
    const history = await handleOf(workflowId).fetchHistory();
    expect(history.events).toHaveLength(11);
    expect(ended.sort()).toEqual(batches.map(({ id }) => id).sort());
    expect(JSON.stringify(history)).not.toContain('WALMART');
  });

  it('is found in the Temporal UI by the id of each of its batches', async () => {
    const batches = await storeMany(2);
    const workflowId = await startGroup(batches);
    await handleOf(workflowId).result();
    for (const { id } of batches) {
      await waitFor(async () => {
        const found: string[] = [];
        const query = `${batchIdsAttribute} = "${id}" OR WorkflowId = "${batchWorkflowId(id)}"`;
        for await (const run of worker.client.workflow.list({ query })) found.push(run.workflowId);
        return found.length === 1 && found[0] === workflowId;
      });
    }
  });

  it('gives a single batch a run of its own', async () => {
    const batch = await store();
    await startGroup([batch]);
    await handleOf(batchWorkflowId(batch.id)).result();
    expect(await reload(batch)).toMatchObject({ status: 'completed', workflowId: null });
  });

  it('harms no batch by another one that cannot be categorized, which fails and is retried by itself', async () => {
    before = throwAtPoison;
    const [first, bad, last] = [await store(), await store(poison), await store()];
    const workflowId = await startGroup([first, bad, last]);
    expect(await handleOf(workflowId).result()).toEqual({
      batchCount: 2,
      completedCount: 4,
      separateBatchIds: [bad.id],
    });
    for (const batch of [first, last])
      expect(await reload(batch)).toMatchObject({ status: 'completed', workflowId });
    await expect(handleOf(batchWorkflowId(bad.id)).result()).rejects.toThrow(WorkflowFailedError);
    const failed = await reload(bad);
    expect(failed).toMatchObject({
      status: 'failed',
      failureReason: 'Processing failed: the model is broken',
      workflowId: null,
    });
    expect((await handleOf(workflowIdOf(failed)).describe()).runId).toBe(failed.workflowRunId);

    before = async () => {};
    await retryBatch(db.database, bad.id);
    await restartBatchProcessing(worker.client, worker.taskQueue, bad);
    await untilStatus(bad, 'completed');
    expect(await reload(bad)).toMatchObject({ completedCount: 2, workflowId: null });
  });

  it('gives all that are not done a run of their own when one of them hangs each attempt', async () => {
    const [first, bad, last] = [await store(), await store(poison), await store()];
    const released = Promise.withResolvers<void>();
    before = async (merchants) => {
      if (merchants.includes(poison)) await released.promise;
    };
    const workflowId = await startGroup([first, bad, last]);
    // Three attempts that stop to send heartbeats.
    expect(await handleOf(workflowId).result()).toMatchObject({
      separateBatchIds: [first.id, bad.id, last.id],
    });
    // The second of them had come as far as that.
    expect(await reload(first)).toMatchObject({ status: 'completed', workflowId });
    await untilStatus(last, 'completed');
    expect(await reload(bad)).toMatchObject({ status: 'processing', workflowId: null });
    released.resolve();
    await untilStatus(bad, 'completed');
  }, 90_000);

  it('leaves a batch to the run that has taken it since', async () => {
    const [mine, other] = [await store(), await store()];
    await Batch.query(db.database)
      .findById(other.id)
      .patch({ status: 'processing', workflowRunId: 'another run' });
    const workflowId = await startGroup([mine, other]);
    expect(await handleOf(workflowId).result()).toMatchObject({ batchCount: 1 });
    expect(await reload(other)).toMatchObject({
      status: 'processing',
      workflowRunId: 'another run',
      completedCount: 0,
    });
  });

  it('marks the batches that are not done failed when an operator cancels it', async () => {
    const begun = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    before = async () => {
      begun.resolve();
      await released.promise;
    };
    const batches = await storeMany(3);
    const workflowId = await startGroup(batches);
    await begun.promise;
    await handleOf(workflowId).cancel();
    await expect(handleOf(workflowId).result()).rejects.toThrow();
    for (const batch of batches) {
      expect(await reload(batch)).toMatchObject({
        status: 'failed',
        failureReason: 'The processing was cancelled.',
      });
    }
    expect((await handleOf(workflowId).describe()).status.name).toBe('CANCELLED');
    released.resolve();
  });

  it('is repaired by the sweep, batch by batch, when it was terminated', async () => {
    const begun = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    before = async () => {
      begun.resolve();
      await released.promise;
    };
    const batches = await storeMany(3);
    const workflowId = await startGroup(batches);
    await begun.promise;
    before = async () => {};
    const sweep = () =>
      worker.client.workflow.execute('PendingBatchSweepWorkflow', {
        workflowId: `sweep-${worker.taskQueue}`,
        taskQueue: worker.taskQueue,
      });
    await sweep();
    // It is open, so that nothing was started beside it.
    expect((await reload(batches[0] as Batch)).workflowId).toBe(workflowId);
    await handleOf(workflowId).terminate('by a test');
    await sweep();
    for (const batch of batches) await untilStatus(batch, 'completed');
    for (const batch of batches)
      expect(await reload(batch)).toMatchObject({ completedCount: 2, workflowId: null });
    released.resolve();
  });

  it('takes the pending batches that the sweep finds', async () => {
    const batches = await storeMany(5);
    await worker.client.workflow.execute('PendingBatchSweepWorkflow', {
      workflowId: `sweep-${worker.taskQueue}`,
      taskQueue: worker.taskQueue,
    });
    for (const batch of batches) await untilStatus(batch, 'completed');
    const ids = await Promise.all(batches.map(async (batch) => (await reload(batch)).workflowId));
    expect(ids[0]).toMatch(/^batches-/);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('WorkflowStarter', () => {
  it('starts a batch that comes alone at once, by itself, and those of a burst together', async () => {
    const batches = await storeMany(101);
    const starter = new WorkflowStarter(worker.client, worker.taskQueue, silent);
    // All come at one moment, also where the loop itself takes longer than the starter waits for more.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    for (const batch of batches) starter.startBatch(batch, 'a');
    clock.mockRestore();
    await starter.drain(10_000);
    for (const batch of batches) await untilStatus(batch, 'completed');
    const ids = await Promise.all(batches.map(async (batch) => (await reload(batch)).workflowId));
    expect(ids[0]).toBeNull();
    expect(ids.slice(1)).not.toContain(null);
    const sizes = Object.values(Object.groupBy(ids.slice(1), (id) => id ?? '')).map(
      (group) => group?.length,
    );
    expect(sizes).toEqual([48, 48, 4]);
  });

  it('lets clients take turns: a batch does not wait behind all of another client', async () => {
    // More than what is on its way at once: eight starts of 48 batches.
    const many = await storeMany(600);
    const [single] = (await storeMany(1)) as [Batch];
    const starter = new WorkflowStarter(worker.client, worker.taskQueue, silent);
    for (const batch of many) starter.startBatch(batch, 'a');
    starter.startBatch(single, 'b');
    await starter.drain(10_000);
    for (const batch of [...many, single]) await untilStatus(batch, 'completed');
    const ids = await Promise.all(many.map(async (batch) => (await reload(batch)).workflowId));
    const { workflowId } = await reload(single);
    expect(ids.slice(0, 400)).toContain(workflowId);
    expect(ids.slice(500)).not.toContain(workflowId);
  });

  it('starts each by itself where the search attribute is not registered', async () => {
    await worker.stop();
    const namespace = await createTestNamespace();
    worker = await startWorker(namespace);
    const { client, connection, taskQueue } = worker;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [batchStatusAttribute]: keyword },
    });
    const batches = await storeMany(3);
    // The server's parts learn of an attribute one after the other.
    await waitFor(() =>
      startBatchProcessing(client, taskQueue, batches[0] as Batch).then(
        () => true,
        () => false,
      ),
    );
    const warnings: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
    const refused = new BatchGroups(client, taskQueue, logger);
    for (let round = 0; round < 2; round++) await refused.start({ id: uuidV7(), batches });
    for (const batch of batches) await untilStatus(batch, 'completed');
    expect((await reload(batches[2] as Batch)).workflowId).toBeNull();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(batchIdsAttribute);
  });
});
