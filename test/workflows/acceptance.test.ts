import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { deleteCategory, mergeCategory } from '../../src/db/categories/remove-category.ts';
import { Acceptance } from '../../src/db/models/acceptance.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { buildSearchRanges } from '../../src/db/search/build-search-ranges.ts';
import { acceptTransactions } from '../../src/db/suggestions/accept-transactions.ts';
import { candidateRanges } from '../../src/db/suggestions/candidate-ranges.ts';
import { beginUndoing } from '../../src/db/suggestions/change-acceptance-status.ts';
import { createAcceptance } from '../../src/db/suggestions/create-acceptance.ts';
import { moveSuggestions } from '../../src/db/suggestions/move-suggestions.ts';
import { findDrift } from '../../src/db/totals/find-drift.ts';
import { rollUpTotals } from '../../src/db/totals/roll-up-totals.ts';
import { assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { decidedByCategorizer, decidedByHand } from '../../src/db/transactions/stored-decision.ts';
import { maxOpenAcceptances, maxRunningAcceptances } from '../../src/domain/acceptance.ts';
import { groupId } from '../../src/domain/group-id.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import {
  type AcceptanceToStart,
  acceptanceWorkflowId,
  startAcceptance,
} from '../../src/temporal/acceptance.ts';
import { startBatchProcessing } from '../../src/temporal/start-batch-processing.ts';
import {
  insertCategory,
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../helpers/insert-test-batch.ts';
import { noDrift } from '../helpers/no-drift.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
let worker: TestWorker;
let cache: MemoryCache;

beforeEach(async () => {
  db = await createTestDatabase();
  cache = new MemoryCache();
  worker = await startTestWorker({
    database: db.limitedDatabase,
    chain: createTestChain(db.limitedDatabase, cache),
    reports: new ReportCache(cache),
  });
});

afterEach(async () => {
  expect(await findDrift(db.database)).toEqual(noDrift);
  await worker.stop();
  await db.drop();
});

const insert = (rows: Partial<NewTransaction>[]): Promise<Batch> =>
  insertCompletedBatch(db.database, rows.map(makeTransaction));

/** Stores an acceptance of groups, each with its category. Without their texts, all rows are looked at. */
const store = (
  groups: Record<string, number>,
  texts: string[] = Array(51).fill(''),
): Promise<Acceptance> =>
  createAcceptance(
    db.limitedDatabase,
    testActor,
    'somebody',
    Object.entries(groups).map(([groupName, categoryId]) => ({
      groupId: groupId(groupName),
      groupName,
      categoryId,
    })),
    texts,
  );

async function run(acceptance: AcceptanceToStart): Promise<void> {
  await startAcceptance(worker.client, worker.taskQueue, acceptance);
  await worker.client.workflow.getHandle(acceptanceWorkflowId(acceptance)).result();
}

const reload = async (id: string): Promise<Acceptance> =>
  (await Acceptance.query(db.database).findById(id)) as Acceptance;

async function accept(groups: Record<string, number>, texts?: string[]): Promise<Acceptance> {
  const { id } = await store(groups, texts);
  await run({ id, status: 'running' });
  return reload(id);
}

async function undo(id: string): Promise<Acceptance> {
  await beginUndoing(db.limitedDatabase, testActor, id);
  await run({ id, status: 'undoing' });
  return reload(id);
}

/** The names of the rows' categories, in the order of the rows. */
const categories = (): Promise<(string | null)[]> =>
  db
    .database('transactions as t')
    .leftJoin('categories as c', 'c.id', 't.category_id')
    .orderBy('t.id')
    .pluck('c.name');

const setByHand = async (merchantName: string, categoryId: number | null): Promise<void> => {
  const ids: number[] = await db
    .database('transactions')
    .where({ merchant_name: merchantName })
    .pluck('id');
  await db.database.transaction((trx) =>
    assignCategories(
      trx,
      ids.map((transactionId) => ({ transactionId, decision: decidedByHand(categoryId) })),
    ),
  );
};

/** Waits until something waits for a lock. */
const waitForLock = () =>
  waitFor(async () => {
    const { rows } = await db.database.raw(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });

const labelCount = async (): Promise<number> =>
  (await db.database('labels').select('transaction_id')).length;

describe('AcceptanceWorkflow', () => {
  it('sets every row of the accepted groups by hand, and no other', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const fuel = await insertCategory(db.database, 'Fuel', []);
    const batch = await insert([
      { merchantName: 'SQ *BLUE DOOR 0423' },
      { merchantName: 'Blue Door #7' },
      { merchantName: 'Shell 22' },
      { description: 'blue door' },
      { merchantName: 'Nobody' },
      {},
    ]);
    const acceptance = await accept({ 'blue door': food, shell: fuel });
    expect(await categories()).toEqual(['Food', 'Food', 'Fuel', 'Food', null, null]);
    expect(acceptance).toMatchObject({ status: 'completed', changedCount: 4, undoneCount: 0 });
    expect(await db.database('labels').orderBy('transaction_id').pluck('acceptance_id')).toEqual(
      Array(4).fill(acceptance.id),
    );
    expect((await Batch.query(db.database).findById(batch.id))?.categorizedCount).toBe(4);
  });

  it('leaves rows alone that are decided, settled by hand, or not completed', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell 1' }, { merchantName: 'Shell 2' }]);
    await setByHand('Shell 2', null);
    await insertTestBatch(db.database, [makeTransaction({ merchantName: 'Shell 3' })]);
    expect(await accept({ shell: food })).toMatchObject({ changedCount: 1 });
    expect(await categories()).toEqual(['Food', null, null]);
  });

  it('leaves rows alone that came after the request', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }]);
    const { id } = await store({ shell: food });
    await insert([{ merchantName: 'Shell' }]);
    await run({ id, status: 'running' });
    expect(await categories()).toEqual(['Food', null]);
  });

  it('accepts texts of any script, and a group of ten thousand different texts', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const texts = ['スターバックス 12', 'ＳＨＥＬＬ　９９', 'Καφές 7', '🍕 Pizza', "O'Neill\\n"];
    await insert(texts.map((merchantName) => ({ merchantName })));
    await insert(
      Array.from({ length: 12_000 }, (_, index) => ({ merchantName: `Kiosk ${index}` })),
    );
    const acceptance = await accept({
      [texts[0]?.slice(0, 7) as string]: food,
      shell: food,
      [texts[2]?.slice(0, 5).toLowerCase() as string]: food,
      pizza: food,
      "o'neill\\n": food,
      kiosk: food,
    });
    expect(acceptance).toMatchObject({ status: 'completed', changedCount: 12_005 });
  });

  it('finds rows by their texts, in batches with ranges and without', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const others = Array.from({ length: 12_000 }, (_, index) => ({
      merchantName: `Kiosk ${index}`,
    }));
    const texts = ['SHELL 7', 'ＳＨＥＬＬ　９９', 'shell'];
    const rows = texts.map((merchantName) => ({ merchantName }));
    await insert([...rows, ...others, ...rows, ...others, { description: 'shell' }]);
    while (((await buildSearchRanges(db.database)) ?? 0) > 0);
    await insert([...others, ...rows]);
    const { id } = await store({ shell: food }, texts);
    const ranges = await candidateRanges(db.database, texts, 1);
    const idCount = (ranges ?? []).reduce(
      (sum, { firstId, lastId }) => sum + lastId - firstId + 1,
      0,
    );
    // Three ranges of 256 ids, and the batch that has none yet.
    expect(idCount).toBeLessThan(4 * 256 + 12_003);
    await run({ id, status: 'running' });
    expect(await reload(id)).toMatchObject({ status: 'completed', changedCount: 10 });
  });

  it('looks at all rows for a text that is too short for ranges', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'BP' }, { merchantName: 'Shell' }]);
    while (((await buildSearchRanges(db.database)) ?? 0) > 0);
    expect(await accept({ bp: food }, ['BP'])).toMatchObject({ changedCount: 1 });
  });

  it('counts each row once, however often a step is repeated', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }, { merchantName: 'Shell' }]);
    const {
      id,
      nextTransactionId: firstId,
      lastTransactionId: lastId,
    } = await store({
      shell: food,
    });
    const rows = [firstId, lastId].map((rowId) => ({ id: rowId, groupId: groupId('shell') }));
    const step = () => acceptTransactions(db.limitedDatabase, id, { firstId, lastId, rows });
    const results = await Promise.all([step(), step(), step()]);
    expect(results.filter((accounts) => accounts !== null)).toEqual([['acc-1']]);
    await run({ id, status: 'running' });
    expect(await reload(id)).toMatchObject({ status: 'completed', changedCount: 2 });
  });

  it('drops the reports of the accounts that it touched, and of no other', async () => {
    const reports = new ReportCache(cache);
    const lookUp = (accountId: string) =>
      reports.lookUp(
        { accountId, startDate: '2026-01-01', endDate: '2026-01-31', currency: null },
        async () => ({ body: '{}', etag: '"1"', generatedAtMs: Date.now() }),
      );
    const food = await insertCategory(db.database, 'Food', []);
    await insert([
      { merchantName: 'Shell', accountId: 'a' },
      { merchantName: 'Nobody', accountId: 'b' },
    ]);
    await lookUp('a');
    await lookUp('b');
    await accept({ shell: food });
    expect([(await lookUp('a'))?.isHit, (await lookUp('b'))?.isHit]).toEqual([false, true]);
  });

  it('leaves groups alone whose category is deleted meanwhile', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const fuel = await insertCategory(db.database, 'Fuel', []);
    await insert([{ merchantName: 'Walmart' }, { merchantName: 'Shell' }]);
    const {
      id,
      nextTransactionId: firstId,
      lastTransactionId: lastId,
    } = await store({
      walmart: food,
      shell: fuel,
    });
    // As if the step had read the groups before, and wrote after.
    await deleteCategory(db.database, testActor, fuel);
    await acceptTransactions(db.limitedDatabase, id, {
      firstId,
      lastId,
      rows: [
        { id: firstId, groupId: groupId('walmart') },
        { id: lastId, groupId: groupId('shell') },
      ],
    });
    await run({ id, status: 'running' });
    expect(await reload(id)).toMatchObject({ status: 'completed', changedCount: 1 });
    expect(await categories()).toEqual(['Food', null]);
  });

  it.each(['accepting', 'undoing'])(
    'follows a category that is merged at the moment of %s',
    async (what) => {
      const food = await insertCategory(db.database, 'Food', []);
      const groceries = await insertCategory(db.database, 'Groceries', []);
      await insert([{ merchantName: 'Walmart 1' }, { merchantName: 'Walmart 2' }]);
      const stored = await store({ walmart: food });
      const { id } = stored;
      if (what === 'undoing') {
        await run({ id, status: 'running' });
        await beginUndoing(db.limitedDatabase, testActor, id);
      }
      const status = what === 'undoing' ? 'undoing' : 'running';
      // The step has read the groups, and waits for its rows, while the category is merged.
      const locked = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const lock = db.database.transaction(async (trx) => {
        await trx('transactions').where({ merchant_name: 'Walmart 1' }).forUpdate();
        await trx('categories').where({ id: food }).forUpdate();
        locked.resolve();
        await released.promise;
        await trx.raw('SELECT move_transactions(?, ?)', [food, groceries]);
        await trx.raw('SELECT move_daily_totals(ARRAY[?]::integer[], ?)', [food, groceries]);
        await moveSuggestions(trx, food, groceries);
        await trx('categories').where({ id: food }).delete();
      });
      await locked.promise;
      await startAcceptance(worker.client, worker.taskQueue, { id, status });
      await waitForLock();
      released.resolve();
      await lock;
      await worker.client.workflow.getHandle(acceptanceWorkflowId({ id, status })).result();
      expect(await categories()).toEqual(
        what === 'undoing' ? [null, null] : ['Groceries', 'Groceries'],
      );
    },
  );

  it('is stored while another one waits for a category that is being deleted', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const gone = await insertCategory(db.database, 'Gone', []);
    const deleting = await db.database.transaction();
    await deleting('categories').where({ id: gone }).delete();
    const refused = expect(store({ shell: gone })).rejects.toThrow('The body is not valid.');
    await waitForLock();
    expect(await store({ walmart: food })).toMatchObject({ status: 'running' });
    await deleting.commit();
    await refused;
    await db.database('acceptances').update({ status: 'completed' });
  });

  it('leaves its place to other work after some steps', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }]);
    const { id } = await store({ shell: food });
    // As if there were many rows.
    await db.database('acceptances').update({ last_transaction_id: 1_200_000 });
    await run({ id, status: 'running' });
    expect(await reload(id)).toMatchObject({ status: 'completed', changedCount: 1 });
    const handle = worker.client.workflow.getHandle(
      acceptanceWorkflowId({ id, status: 'running' }),
    );
    const { events } = await handle.fetchHistory();
    const steps = (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType?.name === 'advanceAcceptance',
    );
    expect(steps).toHaveLength(3);
  });

  it('waits while others run, and begins when one of them has ended', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }, { merchantName: 'Walmart' }]);
    const before: Acceptance[] = [];
    for (let count = 0; count < maxRunningAcceptances; count++)
      before.push(await store({ shell: food }));
    const { id } = await store({ walmart: food });
    await startAcceptance(worker.client, worker.taskQueue, { id, status: 'running' });
    const handle = worker.client.workflow.getHandle(
      acceptanceWorkflowId({ id, status: 'running' }),
    );
    await waitFor(async () => {
      const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
      return (pending?.attempt ?? 0) > 1;
    });
    expect(await categories()).toEqual([null, null]);
    await run({ id: (before[0] as Acceptance).id, status: 'running' });
    await handle.result();
    expect(await categories()).toEqual(['Food', 'Food']);
    await db.database('acceptances').update({ status: 'completed' });
  });

  it('keeps other work of the process waiting for a moment only, however long the texts are', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert(
      Array.from({ length: 3_000 }, (_, index) => ({
        merchantName: `${index} ${'blue door '.repeat(190)}`,
      })),
    );
    const { id } = await store({ shell: food });
    // Counts processor time, so that it does not matter what else the machine does.
    const usedMs = () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1_000;
    };
    let longestMs = 0;
    let last = usedMs();
    const turns = setInterval(() => {
      const now = usedMs();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }, 1);
    await run({ id, status: 'running' });
    clearInterval(turns);
    expect(longestMs).toBeLessThan(200);
  });

  it('ends rightly amid batches, people, other acceptances and a category that is deleted', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const fuel = await insertCategory(db.database, 'Fuel', []);
    const gone = await insertCategory(db.database, 'Gone', []);
    const rows = ['Shell', 'Walmart', 'Kiosk', 'Market'].flatMap((name) =>
      Array.from({ length: 500 }, (_, index) => ({ merchantName: `${name} ${index}` })),
    );
    await insert(rows);
    const all = [
      await store({ shell: fuel, kiosk: food }),
      await store({ shell: food, walmart: gone }),
      await store({ market: gone, kiosk: fuel }),
    ];
    const batches = await Promise.all(
      [1, 2, 3].map(() => insertTestBatch(db.database, rows.map(makeTransaction))),
    );
    const work = [
      ...all.map(({ id }) => run({ id, status: 'running' })),
      ...batches.map((batch) => startBatchProcessing(worker.client, worker.taskQueue, batch)),
      ...[1, 2, 3, 4, 5].map((index) => setByHand(`Shell ${index}`, index % 2 ? fuel : null)),
      deleteCategory(db.database, testActor, gone),
    ];
    await Promise.all(work);
    for (const { id } of batches) await worker.client.workflow.getHandle(`batch-${id}`).result();
    const ended = await Promise.all(all.map(({ id }) => reload(id)));
    expect(ended.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
    // Every row of these groups that existed has a category, or was settled; those of the batches came later.
    const open = await db
      .database('transactions')
      .where('id', '<=', (ended[0] as Acceptance).lastTransactionId)
      .whereRaw("merchant_name ~ '^(Shell|Kiosk)'")
      .whereNull('category_source')
      .select('id');
    expect(open).toEqual([]);
    const counted = ended.reduce((sum, { changedCount }) => sum + changedCount, 0);
    expect(counted).toBeGreaterThanOrEqual(990);
    expect(counted).toBeLessThanOrEqual(2_000);
  });

  it('goes on with another worker where one has died', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert(
      Array.from({ length: 12_000 }, (_, index) => ({ merchantName: `Shell ${index}` })),
    );
    const { id } = await store({ shell: food });
    const released = Promise.withResolvers<void>();
    // Holds up the first step, until its worker is gone.
    const lock = db.database.transaction(async (trx) => {
      await trx('transactions').where({ merchant_name: 'Shell 3' }).forUpdate();
      await released.promise;
    });
    await startAcceptance(worker.client, worker.taskQueue, { id, status: 'running' });
    const handle = worker.client.workflow.getHandle(
      acceptanceWorkflowId({ id, status: 'running' }),
    );
    await waitFor(async () => {
      const { raw } = await handle.describe();
      const [pending] = raw.pendingActivities ?? [];
      return pending?.activityType?.name === 'advanceAcceptance' && pending.lastStartedTime != null;
    });
    const stopping = worker.stop();
    const { taskQueue } = worker;
    worker = await startTestWorker(
      {
        database: db.limitedDatabase,
        chain: createTestChain(db.limitedDatabase, cache),
        reports: new ReportCache(cache),
      },
      taskQueue,
    );
    released.resolve();
    await Promise.all([lock, stopping]);
    await worker.client.workflow.getHandle(handle.workflowId).result();
    expect(await reload(id)).toMatchObject({ status: 'completed', changedCount: 12_000 });
  });

  it('keeps the names of groups out of its history, and says in the audit log how it ended', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }]);
    const { id } = await accept({ shell: food });
    const handle = worker.client.workflow.getHandle(
      acceptanceWorkflowId({ id, status: 'running' }),
    );
    expect(JSON.stringify(await handle.fetchHistory()).toLowerCase()).not.toContain('shell');
    const entries = await db.database('audit_log').orderBy('id').select('*');
    expect(entries).toMatchObject([
      {
        action: 'accept',
        resource: 'acceptances',
        resourceId: id,
        after: { group_count: 1, suggestions: [{ group_name: 'shell', category_id: food }] },
      },
      { action: 'end', actorType: 'system', after: { status: 'completed', changed_count: 1 } },
    ]);
  });
});

describe('undoing', () => {
  it('gives rows back to the queue, and forgets that somebody chose their category', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell 1' }, { merchantName: 'Shell 2' }]);
    while (((await rollUpTotals(db.database)) ?? 0) > 0);
    const { id } = await accept({ shell: food });
    expect(await undo(id)).toMatchObject({ status: 'undone', changedCount: 2, undoneCount: 2 });
    expect(await categories()).toEqual([null, null]);
    expect(await labelCount()).toBe(0);
    const queue = await db.database('uncategorized_totals').sum('row_count as count').first();
    expect(Number(queue?.count)).toBe(2);
  });

  it('keeps what somebody has changed since', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const fuel = await insertCategory(db.database, 'Fuel', []);
    const names = [1, 2, 3, 4, 5].map((number) => `Shell ${number}`);
    await insert(names.map((merchantName) => ({ merchantName })));
    const { id } = await accept({ shell: food });
    await setByHand('Shell 2', fuel);
    await setByHand('Shell 3', null);
    await setByHand('Shell 4', food);
    // The last one was left to the categorizers again.
    const [last] = (await db
      .database('transactions')
      .where({ merchant_name: 'Shell 5' })
      .pluck('id')) as [number];
    await db.database.transaction((trx) =>
      assignCategories(trx, [
        { transactionId: last, decision: decidedByCategorizer(patternMatch(food)) },
      ]),
    );
    expect(await undo(id)).toMatchObject({ status: 'undone', undoneCount: 1 });
    expect(await categories()).toEqual([null, 'Fuel', null, 'Food', 'Food']);
    expect(await labelCount()).toBe(4);
  });

  it('keeps what somebody sets to the same category while a step waits for the row', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell 1' }, { merchantName: 'Shell 2' }]);
    const { id } = await accept({ shell: food });
    await beginUndoing(db.limitedDatabase, testActor, id);
    const [kept] = (await db.database('transactions').orderBy('id').pluck('id')) as [number];
    const person = await db.database.transaction();
    await assignCategories(person, [{ transactionId: kept, decision: decidedByHand(food) }]);
    const undone = run({ id, status: 'undoing' });
    await waitForLock();
    await person.commit();
    await undone;
    expect(await reload(id)).toMatchObject({ status: 'undone', undoneCount: 1 });
    expect(await categories()).toEqual(['Food', null]);
    expect(await labelCount()).toBe(1);
  });

  it('follows a category that was merged since', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const groceries = await insertCategory(db.database, 'Groceries', []);
    await insert([{ merchantName: 'Walmart' }]);
    const { id } = await accept({ walmart: food });
    await mergeCategory(db.database, testActor, food, groceries);
    expect(await categories()).toEqual(['Groceries']);
    expect(await undo(id)).toMatchObject({ undoneCount: 1 });
    expect(await categories()).toEqual([null]);
  });

  it('stops an acceptance in the middle, and undoes what it has done', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }, { merchantName: 'Shell' }]);
    const { id, nextTransactionId: firstId, lastTransactionId } = await store({ shell: food });
    const step = (from: number) =>
      acceptTransactions(db.limitedDatabase, id, {
        firstId: from,
        lastId: from,
        rows: [{ id: from, groupId: groupId('shell') }],
      });
    await step(firstId);
    await beginUndoing(db.limitedDatabase, testActor, id);
    expect(await step(lastTransactionId)).toBeNull();
    await run({ id, status: 'undoing' });
    expect(await reload(id)).toMatchObject({ status: 'undone', changedCount: 1, undoneCount: 1 });
    expect(await categories()).toEqual([null, null]);
  });

  it('happens once', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    const { id } = await accept({ shell: food });
    await undo(id);
    expect(await beginUndoing(db.limitedDatabase, testActor, id)).toBeNull();
  });
});

describe('an acceptance', () => {
  it('is refused while as many are open as there may be', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    for (let count = 0; count < maxOpenAcceptances; count++) await store({ shell: food });
    await expect(store({ shell: food })).rejects.toMatchObject({ code: 'conflict' });
    await db.database('acceptances').limit(1).update({ status: 'completed' });
  });

  it('is refused for a category that does not exist', async () => {
    await expect(store({ shell: 99 })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await db.database('acceptances').select('id')).toEqual([]);
  });
});

describe('the sweep', () => {
  it('starts acceptances that have lost their workflow, to be made or undone', async () => {
    const food = await insertCategory(db.database, 'Food', []);
    await insert([{ merchantName: 'Shell' }, { merchantName: 'Walmart' }]);
    const lost = await store({ shell: food });
    const { id } = await accept({ walmart: food });
    await beginUndoing(db.limitedDatabase, testActor, id);
    const result = await worker.client.workflow.execute('PendingBatchSweepWorkflow', {
      workflowId: `sweep-${worker.taskQueue}`,
      taskQueue: worker.taskQueue,
    });
    expect(result).toMatchObject({ acceptanceCount: 2 });
    await waitFor(async () => (await reload(lost.id)).status === 'completed');
    await waitFor(async () => (await reload(id)).status === 'undone');
    expect(await categories()).toEqual(['Food', null]);
  });
});
