import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import type { CategorizerChain } from '../../src/categorization/chain/categorizer-chain.ts';
import { markBatchProcessing } from '../../src/db/batches/change-batch-status.ts';
import { maxAnswersDeletedAtOnce } from '../../src/db/batches/delete-some-expired-idempotency-keys.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { batchStatusAttribute } from '../../src/domain/search-attribute.ts';
import {
  batchWorkflowId,
  restartBatchProcessing,
  startBatchProcessing,
} from '../../src/temporal/start-batch-processing.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Fails, waits, or lets the real one decide, as a test says. */
class SwitchableChain {
  before: () => Promise<void> = async () => {};
  readonly #real: CategorizerChain;

  constructor(real: CategorizerChain) {
    this.#real = real;
  }

  async decide(transactions: Parameters<CategorizerChain['decide']>[0]) {
    await this.before();
    return this.#real.decide(transactions);
  }
}

let db: TestDatabase;
let worker: TestWorker;
let chain: SwitchableChain;
let groceries: number;
/** What the worker has logged. */
let lines: Record<string, unknown>[];

beforeAll(async () => {
  db = await createTestDatabase();
  groceries = await insertCategory(db.database, 'Groceries', ['walmart', 'whole foods']);
});

beforeEach(async () => {
  const cache = new MemoryCache();
  chain = new SwitchableChain(createTestChain(db.limitedDatabase, cache));
  worker = await startTestWorker({
    database: db.limitedDatabase,
    chain,
    reports: new ReportCache(cache),
    logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  lines = [];
});

afterEach(async () => {
  await worker.stop();
});

afterAll(async () => {
  await db.drop();
});

const start = (batch: Batch) => startBatchProcessing(worker.client, worker.taskQueue, batch);
const handle = (batch: Batch) => worker.client.workflow.getHandle(batchWorkflowId(batch.id));
const reload = async (batch: Batch) => (await Batch.query(db.database).findById(batch.id)) as Batch;
const rowsOf = (batch: Batch) =>
  db.database('transactions').where({ batch_id: batch.id }).orderBy('id');
const attributeOf = async (batch: Batch) =>
  (await handle(batch).describe()).searchAttributes[batchStatusAttribute];

function manyRows(count: number) {
  return Array.from({ length: count }, (_, index) =>
    makeTransaction({ merchantName: index % 2 === 0 ? `WALMART #${index}` : `Nobody ${index}` }),
  );
}

describe('BatchProcessingWorkflow', () => {
  it('categorizes every row and completes the batch', async () => {
    const batch = await insertTestBatch(db.database, [
      makeTransaction({ merchantName: 'WALMART #123' }),
      makeTransaction({ description: 'order at Whole Foods' }),
      makeTransaction({ merchantName: 'Nobody knows' }),
      makeTransaction(),
    ]);
    await start(batch);
    expect(await handle(batch).result()).toEqual({ completedCount: 4, categorizedCount: 2 });

    const done = await reload(batch);
    expect(done).toMatchObject({
      status: 'completed',
      completedCount: 4,
      categorizedCount: 2,
      failureReason: null,
    });
    expect(done.finishedAt?.getTime()).toBeGreaterThanOrEqual(done.startedAt?.getTime() as number);
    expect((await handle(batch).describe()).runId).toBe(done.workflowRunId);
    expect(await rowsOf(batch)).toMatchObject([
      {
        ingestionStatus: 'completed',
        categoryId: groceries,
        categorySource: 'pattern',
        matchedField: 'merchant_name',
      },
      {
        ingestionStatus: 'completed',
        categoryId: groceries,
        categorySource: 'pattern',
        matchedField: 'description',
      },
      {
        ingestionStatus: 'completed',
        categoryId: null,
        categorySource: null,
        matchedPatternId: null,
      },
      { ingestionStatus: 'completed', categoryId: null },
    ]);
    expect(await attributeOf(batch)).toEqual(['completed']);
    expect(lines).toMatchObject([
      {
        level: 30,
        msg: 'batch completed',
        batch_id: batch.id,
        outcome: 'completed',
        rowCount: 4,
        duplicateCount: 0,
        conflictCount: 0,
        categorizedShare: 0.5,
        durationMs: Number(done.finishedAt) - Number(done.pendingSince),
      },
    ]);
  });

  it('splits a large batch into ranges, and keeps rows out of its history', async () => {
    const batch = await insertTestBatch(db.database, manyRows(25_001));
    await start(batch);
    expect(await handle(batch).result()).toEqual({
      completedCount: 25_001,
      categorizedCount: 12_501,
    });

    const history = JSON.stringify(await handle(batch).fetchHistory());
    expect(history).not.toContain('WALMART');
    expect(Buffer.byteLength(history)).toBeLessThan(50_000);
    expect(await handle(batch).query('progress')).toEqual({ rowCount: 25_001, doneCount: 25_001 });
    expect(lines).toMatchObject([{ batch_id: batch.id, rowCount: 25_001 }]);
  });

  it('completes a batch that has no rows but duplicates', async () => {
    const rows = manyRows(2);
    await insertTestBatch(db.database, rows);
    const batch = await insertTestBatch(db.database, rows);
    expect(batch).toMatchObject({
      transactionCount: 0,
      duplicateCount: 2,
      firstTransactionId: null,
    });
    await start(batch);
    expect(await handle(batch).result()).toEqual({ completedCount: 0, categorizedCount: 0 });
    expect(await reload(batch)).toMatchObject({ status: 'completed' });
    expect(lines).toMatchObject([
      { batch_id: batch.id, rowCount: 0, duplicateCount: 2, categorizedShare: null },
    ]);
  });

  it('leaves a category that was set by hand, and rows done before', async () => {
    const batch = await insertTestBatch(db.database, [
      makeTransaction({ merchantName: 'WALMART' }),
      makeTransaction({ merchantName: 'WALMART' }),
    ]);
    await db
      .database('transactions')
      .where({ id: batch.firstTransactionId })
      .update({ category_id: null, category_source: 'manual' });
    await start(batch);
    expect(await handle(batch).result()).toEqual({ completedCount: 2, categorizedCount: 1 });
    expect(await rowsOf(batch)).toMatchObject([
      { categoryId: null, categorySource: 'manual', matchedPatternId: null },
      { categoryId: groceries, categorySource: 'pattern' },
    ]);
  });

  it('tries a failing activity again, and goes on where it stopped', async () => {
    let calls = 0;
    chain.before = async () => {
      if (++calls === 2) throw new Error('hiccup');
    };
    const batch = await insertTestBatch(db.database, manyRows(9_000));
    await start(batch);
    expect(await handle(batch).result()).toEqual({
      completedCount: 9_000,
      categorizedCount: 4_500,
    });
    // 5,000 rows, then the failure, then only the 4,000 that were left.
    expect(calls).toBe(3);
  });

  it('marks batch and rows failed when the retries run out, and completes them on a retry once the cause is gone', async () => {
    chain.before = async () => {
      // The pauses of the real policy would add up to half a minute.
      throw ApplicationFailure.create({ message: 'the model is broken', nextRetryDelay: '10ms' });
    };
    const batch = await insertTestBatch(db.database, manyRows(3));
    await start(batch);
    await expect(handle(batch).result()).rejects.toThrow(WorkflowFailedError);
    const failed = await reload(batch);
    expect(failed).toMatchObject({
      status: 'failed',
      completedCount: 0,
      failureReason: 'Processing failed: the model is broken',
    });
    expect(failed.finishedAt).not.toBeNull();
    expect((await rowsOf(batch)).map((row) => row.ingestionStatus)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
    expect(await attributeOf(batch)).toEqual(['failed']);
    expect(lines).toMatchObject([
      {
        level: 50,
        msg: 'batch failed',
        batch_id: batch.id,
        rowCount: 3,
        categorizedShare: 0,
        reason: 'Processing failed: the model is broken',
      },
    ]);

    chain.before = async () => {};
    await Batch.query(db.database)
      .findById(batch.id)
      .patch({ status: 'pending', failureReason: null });
    await restartBatchProcessing(worker.client, worker.taskQueue, batch);
    expect(await handle(batch).result()).toEqual({ completedCount: 3, categorizedCount: 2 });
    expect(await reload(batch)).toMatchObject({ status: 'completed', failureReason: null });
    expect((await rowsOf(batch)).map((row) => row.ingestionStatus)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
  });

  it('marks what is not done failed when an operator cancels it', async () => {
    let isWaiting = false;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let calls = 0;
    chain.before = async () => {
      if (++calls === 1) return;
      isWaiting = true;
      await released;
    };
    const batch = await insertTestBatch(db.database, manyRows(12_000));
    await start(batch);
    await waitFor(async () => isWaiting);
    await handle(batch).cancel();
    setTimeout(release, 500);
    await expect(handle(batch).result()).rejects.toThrow();
    const cancelled = await reload(batch);
    expect(cancelled).toMatchObject({
      status: 'failed',
      failureReason: 'The processing was cancelled.',
    });
    expect((await handle(batch).describe()).status.name).toBe('CANCELLED');
    // The attempt that hung may write what it had at hand, and count it.
    await waitFor(async () => {
      const [counted] = await db
        .database('transactions')
        .where({ batch_id: batch.id, ingestion_status: 'completed' })
        .count<{ count: number }[]>('* as count');
      return counted?.count === (await reload(batch)).completedCount;
    });
  }, 60_000);

  it('fails at once for a batch that does not exist', async () => {
    const batch = Batch.fromJson({
      id: '01890000-0000-7000-8000-000000000000',
      transactionCount: 1,
      requestId: null,
    });
    await start(batch);
    await expect(handle(batch).result()).rejects.toMatchObject({
      cause: { type: 'BatchFailed', message: 'Processing failed: There is no such batch.' },
    });
  });

  it('starts a batch only once', async () => {
    const batch = await insertTestBatch(db.database, manyRows(2));
    await Promise.all([start(batch), start(batch), start(batch)]);
    await handle(batch).result();
    const { runId } = await handle(batch).describe();
    await start(batch);
    expect((await handle(batch).describe()).runId).toBe(runId);
  });
});

describe('PendingBatchSweepWorkflow', () => {
  const sweep = () =>
    worker.client.workflow.execute('PendingBatchSweepWorkflow', {
      workflowId: `sweep-${worker.taskQueue}`,
      taskQueue: worker.taskQueue,
    });

  it('starts pending batches, and repairs those whose workflow was terminated', async () => {
    const lost = await insertTestBatch(db.database, manyRows(2));
    let release = () => {};
    let isWaiting = false;
    chain.before = () => {
      isWaiting = true;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const terminated = await insertTestBatch(db.database, manyRows(2));
    await start(terminated);
    await waitFor(async () => isWaiting);
    await handle(terminated).terminate('by a test');
    // Its activity hangs on, as an attempt does that no longer counts.
    chain.before = async () => {};
    // As if a worker had died in the middle: begun, not done, and no workflow that knows.
    const vanished = await insertTestBatch(db.database, manyRows(2));
    await markBatchProcessing(db.database, vanished.id, 'gone');

    const pendingCount = await Batch.query(db.database).where({ status: 'pending' }).resultSize();
    expect(await sweep()).toEqual({
      startedCount: pendingCount,
      repairedCount: 2,
      recategorizationCount: 0,
      acceptanceCount: 0,
      expiredKeyCount: 0,
    });
    for (const batch of [lost, terminated, vanished]) {
      await waitFor(async () => (await reload(batch)).status === 'completed');
      expect(await reload(batch)).toMatchObject({ completedCount: 2, categorizedCount: 1 });
    }
    release();
    expect(await sweep()).toMatchObject({ startedCount: 0, repairedCount: 0 });
  });

  it('forgets all answers to idempotency keys that have expired, however many', async () => {
    const count = maxAnswersDeletedAtOnce + 1;
    const batch = await insertTestBatch(db.database, manyRows(1));
    await db.database.raw(
      `INSERT INTO idempotency_keys (lineage_id, key, request_hash, batch_id, response, created_at)
         SELECT (SELECT min(id) FROM api_keys), n::text, '', ?, '{}', now() - interval '25 hours'
           FROM generate_series(1, ?) AS n`,
      [batch.id, count],
    );
    expect(await sweep()).toMatchObject({ expiredKeyCount: count });
  });
});
