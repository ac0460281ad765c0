import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { v7 as uuidV7 } from 'uuid';
import type { ActivityDependencies } from '../../src/activities/dependencies.ts';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { deleteCategory } from '../../src/db/categories/remove-category.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { Recategorization } from '../../src/db/models/recategorization.ts';
import {
  markRecategorizationEnded,
  markRecategorizationProcessing,
} from '../../src/db/recategorizations/mark-recategorization.ts';
import { assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { decidedByHand } from '../../src/db/transactions/stored-decision.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import {
  cancelRecategorization,
  isRecategorizing,
  recategorizationWorkflowId,
  startRecategorization,
} from '../../src/temporal/recategorization.ts';
import { startBatchProcessing } from '../../src/temporal/start-batch-processing.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
let worker: TestWorker;
let cache: MemoryCache;
let before: () => Promise<void>;

beforeEach(async () => {
  db = await createTestDatabase();
  cache = new MemoryCache();
  before = async () => {};
  const real = createTestChain(db.limitedDatabase, cache);
  const chain: ActivityDependencies['chain'] = {
    async decide(transactions) {
      await before();
      return real.decide(transactions);
    },
  };
  worker = await startTestWorker({
    database: db.limitedDatabase,
    chain,
    reports: new ReportCache(cache),
  });
});

afterEach(async () => {
  await worker.stop();
  await db.drop();
});

/** Stores a batch and waits until it is processed. */
async function process(rows: Partial<NewTransaction>[]): Promise<Batch> {
  const batch = await insertTestBatch(db.database, rows.map(makeTransaction));
  await startBatchProcessing(worker.client, worker.taskQueue, batch);
  await worker.client.workflow.getHandle(`batch-${batch.id}`).result();
  return batch;
}

async function store(filter: Partial<Recategorization> = {}): Promise<Recategorization> {
  return Recategorization.query(db.database)
    .insert({ id: uuidV7(), scope: 'all', requestedBy: 'test', ...filter })
    .returning('*');
}

const start = (run: Recategorization) =>
  startRecategorization(worker.client, worker.taskQueue, run.id);
const handle = (run: Recategorization) =>
  worker.client.workflow.getHandle(recategorizationWorkflowId(run.id));
const reload = (run: Recategorization): Promise<Recategorization> =>
  run.$query(db.database).then((row) => row as Recategorization);

async function recategorize(filter: Partial<Recategorization> = {}): Promise<Recategorization> {
  const run = await store(filter);
  await start(run);
  await handle(run).result();
  return reload(run);
}

/** The names of the rows' categories, in the order of the rows. */
async function categories(): Promise<(string | null)[]> {
  return db
    .database('transactions as t')
    .leftJoin('categories as c', 'c.id', 't.category_id')
    .orderBy('t.id')
    .pluck('c.name');
}

async function setByHand(merchantName: string, categoryId: number | null): Promise<void> {
  const row = await db.database('transactions').where({ merchant_name: merchantName }).first('id');
  await db.database.transaction((trx) =>
    assignCategories(trx, [{ transactionId: row.id, decision: decidedByHand(categoryId) }]),
  );
}

describe('RecategorizationWorkflow', () => {
  it('gives every row the category that the patterns say now', async () => {
    await insertCategory(db.database, 'Food', ['walmart']);
    const batch = await process([
      { merchantName: 'WALMART #1' },
      { merchantName: 'Shell 22' },
      { merchantName: 'Tesco' },
    ]);
    await db.database('category_patterns').delete();
    await insertCategory(db.database, 'Fuel', ['shell']);

    const run = await recategorize();
    expect(await categories()).toEqual([null, 'Fuel', null]);
    expect(run).toMatchObject({
      status: 'completed',
      changedCount: 2,
      unchangedCount: 1,
      keptCount: 0,
      failureReason: null,
    });
    expect(run.workflowRunId).toBe((await handle(run).describe()).runId);
    expect(await Batch.query(db.database).findById(batch.id)).toMatchObject({
      completedCount: 3,
      categorizedCount: 1,
    });
  });

  it('keeps what was set by hand, unless it is asked to decide that anew', async () => {
    const food = await insertCategory(db.database, 'Food', ['walmart']);
    await insertCategory(db.database, 'Fuel', ['shell']);
    await process([{ merchantName: 'Walmart' }, { merchantName: 'Shell' }]);
    await setByHand('Walmart', null);
    await setByHand('Shell', food);

    expect(await recategorize()).toMatchObject({ changedCount: 0, keptCount: 2 });
    expect(await categories()).toEqual([null, 'Food']);

    expect(await recategorize({ includeManual: true })).toMatchObject({
      changedCount: 2,
      keptCount: 0,
    });
    expect(await categories()).toEqual(['Food', 'Fuel']);
    expect((await Batch.query(db.database).first())?.categorizedCount).toBe(2);
  });

  it('records another pattern of the same category, without counting the row as changed', async () => {
    await insertCategory(db.database, 'Food', ['walmart']);
    await process([{ merchantName: 'Walmart supercenter' }]);
    const [food] = await db.database('categories').pluck('id');
    await db.database('category_patterns').insert({
      category_id: food,
      pattern: 'walmart supercenter',
      normalized_pattern: 'walmart supercenter',
    });
    expect(await recategorize()).toMatchObject({ changedCount: 0, unchangedCount: 1 });
    const row = await db.database('transactions').first();
    const pattern = await db
      .database('category_patterns')
      .where({ id: row.matchedPatternId })
      .first();
    expect(pattern.pattern).toBe('walmart supercenter');
  });

  it.each<[string, Partial<Recategorization>, number[]]>([
    ['all rows', {}, [0, 1, 2, 3]],
    ['those without a category', { scope: 'uncategorized' }, [1, 2, 3]],
    ['those of an account', { accountId: 'b' }, [2]],
    ['those of a day and later', { startDate: '2026-02-02' }, [2, 3]],
    ['those of a day and earlier', { endDate: '2026-02-02' }, [0, 1, 2]],
    ['those between two days', { startDate: '2026-02-02', endDate: '2026-02-02' }, [2]],
  ])('looks at %s', async (_, filter, places) => {
    await insertCategory(db.database, 'Food', ['walmart']);
    await process([
      { merchantName: 'Walmart', accountId: 'a', date: '2026-02-01' },
      { merchantName: 'Shell', accountId: 'a', date: '2026-02-01' },
      { merchantName: 'Shell', accountId: 'b', date: '2026-02-02' },
      { merchantName: 'Shell', accountId: 'c', date: '2026-02-03' },
    ]);
    await db.database('category_patterns').delete();
    await insertCategory(db.database, 'Fuel', ['walmart', 'shell']);
    const run = await recategorize(filter);
    const expected = ['Food', null, null, null].map((name, place) =>
      places.includes(place) ? 'Fuel' : name,
    );
    expect(await categories()).toEqual(expected);
    expect(run.changedCount + run.unchangedCount).toBe(places.length);
  });

  it('looks at the rows of one category', async () => {
    const food = await insertCategory(db.database, 'Food', ['walmart', 'tesco']);
    await insertCategory(db.database, 'Fuel', ['shell']);
    await process([
      { merchantName: 'Walmart' },
      { merchantName: 'Shell' },
      { merchantName: 'x y z' },
    ]);
    await db.database('category_patterns').delete();
    expect(await recategorize({ categoryId: food })).toMatchObject({ changedCount: 1 });
    expect(await categories()).toEqual([null, 'Fuel', null]);
  });

  it('looks at what one pattern may match, or has matched', async () => {
    await insertCategory(db.database, 'Food', ['walmart', 'shell']);
    await process([
      { merchantName: 'Walmart' },
      { merchantName: 'Tesco  EXPRESS' },
      { description: 'order at ＴＥＳＣＯ' },
      { merchantName: 'Shell' },
    ]);
    const fuel = await insertCategory(db.database, 'Fuel', []);
    const pattern = await db
      .database('category_patterns')
      .where({ pattern: 'walmart' })
      .update({ pattern: 'tesco', normalized_pattern: 'tesco', category_id: fuel })
      .returning<{ id: number }[]>('id');
    await db.database('category_patterns').where({ pattern: 'shell' }).delete();

    const run = await recategorize({ patternId: pattern[0]?.id as number });
    expect(await categories()).toEqual([null, 'Fuel', 'Fuel', 'Food']);
    expect(run).toMatchObject({ changedCount: 3, unchangedCount: 0 });
  });

  it('looks only at what a pattern has matched that is gone', async () => {
    await insertCategory(db.database, 'Food', ['walmart', 'shell']);
    await process([{ merchantName: 'Walmart' }, { merchantName: 'Shell' }]);
    const [gone] = await db
      .database('category_patterns')
      .where({ pattern: 'walmart' })
      .delete()
      .returning<{ id: number }[]>('id');
    await db.database('category_patterns').delete();
    expect(await recategorize({ patternId: gone?.id as number })).toMatchObject({
      changedCount: 1,
    });
    expect(await categories()).toEqual([null, 'Food']);
  });

  it('ends at once where there are no rows', async () => {
    expect(await recategorize()).toMatchObject({ status: 'completed', changedCount: 0 });
  });

  it('drops the reports of the accounts that it touched, and of no other', async () => {
    const reports = new ReportCache(cache);
    const lookUp = (accountId: string) =>
      reports.lookUp(
        { accountId, startDate: '2026-01-01', endDate: '2026-01-31', currency: null },
        async () => ({ body: '{}', etag: '"1"', generatedAtMs: Date.now() }),
      );
    await process([
      { merchantName: 'Shell', accountId: 'a' },
      { merchantName: 'Nobody', accountId: 'b' },
    ]);
    await insertCategory(db.database, 'Fuel', ['shell']);
    await lookUp('a');
    await lookUp('b');
    await recategorize();
    expect([(await lookUp('a'))?.isHit, (await lookUp('b'))?.isHit]).toEqual([false, true]);
  });

  it('counts each row once when a worker dies in the middle', async () => {
    await process(Array.from({ length: 12_000 }, (_, i) => ({ merchantName: `Shell ${i}` })));
    await insertCategory(db.database, 'Fuel', ['shell']);
    let calls = 0;
    before = async () => {
      if (++calls === 2)
        throw ApplicationFailure.create({ message: 'gone', nextRetryDelay: '10ms' });
    };
    expect(await recategorize()).toMatchObject({
      changedCount: 12_000,
      unchangedCount: 0,
      doneIdCount: 12_000,
    });
    expect((await Batch.query(db.database).first())?.categorizedCount).toBe(12_000);
  });

  it('stops when it is cancelled, and says how far it came', async () => {
    await process(Array.from({ length: 12_000 }, (_, i) => ({ merchantName: `Shell ${i}` })));
    await insertCategory(db.database, 'Fuel', ['shell']);
    const released = Promise.withResolvers<void>();
    let calls = 0;
    before = async () => {
      if (++calls === 2) await released.promise;
    };
    const run = await store();
    await start(run);
    await waitFor(async () => calls === 2);
    // As the API does it: the database first, and then the workflow.
    await markRecategorizationEnded(db.database, run.id, 'cancelled');
    released.resolve();
    await cancelRecategorization(worker.client, run.id);
    await handle(run)
      .result()
      .catch(() => {});
    expect(await reload(run)).toMatchObject({ status: 'cancelled', changedCount: 5_000 });
    const changed = (await categories()).filter((name) => name === 'Fuel');
    expect(changed).toHaveLength(5_000);
    expect((await Batch.query(db.database).first())?.categorizedCount).toBe(5_000);
  });

  it('is cancelled from the Temporal UI as well', async () => {
    await process([{ merchantName: 'Shell' }]);
    const released = Promise.withResolvers<void>();
    let isWaiting = false;
    before = async () => {
      isWaiting = true;
      await released.promise;
    };
    const run = await store();
    await start(run);
    await waitFor(async () => isWaiting);
    await handle(run).cancel();
    await waitFor(async () => (await reload(run)).status === 'cancelled');
    released.resolve();
    // The database tells first; the run closes a moment later.
    await handle(run)
      .result()
      .catch(() => {});
    expect((await handle(run).describe()).status.name).toBe('CANCELLED');
  });

  it('fails with a reason, and changes nothing more', async () => {
    await process([{ merchantName: 'Shell' }]);
    before = async () => {
      throw ApplicationFailure.create({ message: 'the model is broken', nonRetryable: true });
    };
    const run = await store();
    await start(run);
    await expect(handle(run).result()).rejects.toMatchObject({
      cause: { type: 'RecategorizationFailed' },
    });
    expect(await reload(run)).toMatchObject({
      status: 'failed',
      failureReason: 'Processing failed: the model is broken',
    });
    expect(await isRecategorizing(worker.client, run.id)).toBe(false);
  });

  it('decides again where a category is deleted at this moment', async () => {
    await process([{ merchantName: 'Shell' }]);
    const fuel = await insertCategory(db.database, 'Fuel', ['shell']);
    let calls = 0;
    const run = await store();
    before = async () => {
      if (++calls > 1) return;
      // After the patterns were read, so that the decision is outdated when it is written.
      setTimeout(() => {}, 0);
    };
    await start(run);
    await handle(run).result();
    await deleteCategory(db.database, testActor, fuel);
    expect(await recategorize()).toMatchObject({ status: 'completed', changedCount: 0 });
    expect(await categories()).toEqual([null]);
  });

  it('says in the audit log how it ended', async () => {
    await process([{ merchantName: 'Shell' }]);
    await insertCategory(db.database, 'Fuel', ['shell']);
    const run = await recategorize();
    const entry = await db
      .database('audit_log')
      .where({ resource: 'recategorizations', resource_id: run.id })
      .first();
    expect(entry).toMatchObject({
      actorType: 'system',
      action: 'end',
      after: { status: 'completed', changed_count: 1 },
    });
  });

  it('keeps texts out of its history', async () => {
    await process([{ merchantName: 'Shell' }]);
    await insertCategory(db.database, 'Fuel', ['shell']);
    const run = await recategorize();
    expect(JSON.stringify(await handle(run).fetchHistory()).toLowerCase()).not.toContain('shell');
  });
});

describe('the sweep', () => {
  it('starts what has lost its workflow, pending or in the middle', async () => {
    await process([{ merchantName: 'Shell' }]);
    await insertCategory(db.database, 'Fuel', ['shell']);
    const lost = await store();
    const vanished = await store();
    await markRecategorizationProcessing(db.database, vanished.id, 'gone');
    const result = await worker.client.workflow.execute('PendingBatchSweepWorkflow', {
      workflowId: `sweep-${worker.taskQueue}`,
      taskQueue: worker.taskQueue,
    });
    expect(result).toMatchObject({ recategorizationCount: 2 });
    for (const run of [lost, vanished])
      await waitFor(async () => (await reload(run)).status === 'completed');
    expect(await categories()).toEqual(['Fuel']);
  });
});
