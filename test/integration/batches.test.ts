import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { v7 as uuidV7 } from 'uuid';
import type {
  BatchBody,
  BatchTransactionBody,
  BatchWithConflictsBody,
} from '../../src/api/batches/schema.ts';
import { encodeCursor, type Page } from '../../src/api/pagination.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import {
  markBatchesProcessing,
  markBatchFailed,
  markBatchProcessing,
  retryBatch,
} from '../../src/db/batches/change-batch-status.ts';
import { listUnfinishedBatches } from '../../src/db/batches/list-unfinished-batches.ts';
import { recordDeadLetter } from '../../src/db/dead-letters/record-dead-letter.ts';
import { Batch } from '../../src/db/models/batch.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { startBatchProcessing } from '../../src/temporal/start-batch-processing.ts';
import { addKey } from '../helpers/add-key.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { readEvents } from '../helpers/read-events.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestWorker, type TestWorker } from '../helpers/test-worker.ts';
import { waitFor } from '../helpers/wait-for.ts';

const base = '/api/integrations/batches';
const temporalUiUrl = 'http://temporal.example';

let api: TestApi;
let worker: TestWorker;
/** What the categorizer does before it decides; a test makes it fail. */
let beforeCategorizing = async () => {};

beforeAll(async () => {
  const taskQueue = `test-${randomUUID()}`;
  api = await startTestApi({
    config: { TEMPORAL_TASK_QUEUE: taskQueue, TEMPORAL_UI_URL: `${temporalUiUrl}/` },
  });
  const real = createTestChain(api.limitedDatabase, api.cache);
  worker = await startTestWorker(
    {
      database: api.limitedDatabase,
      chain: {
        async decide(transactions) {
          await beforeCategorizing();
          return real.decide(transactions);
        },
      },
      reports: new ReportCache(api.cache),
    },
    taskQueue,
  );
});

afterEach(async () => {
  beforeCategorizing = async () => {};
  await emptyTables(api.database);
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
});

/** Stored, and pending for as long as nobody starts it. */
const store = (count = 1) =>
  insertTestBatch(
    api.database,
    Array.from({ length: count }, () => makeTransaction()),
  );
const start = (batch: Batch) => startBatchProcessing(worker.client, worker.taskQueue, batch);
const getBatch = async (batch: Batch) =>
  (await api.get<BatchWithConflictsBody>(`${base}/${batch.id}`)).body;
const untilStatus = (batch: Batch, status: BatchBody['status']) =>
  waitFor(async () => {
    const body = await getBatch(batch);
    return body.status === status && body;
  });
const rowsOf = async (batch: Batch) =>
  (await api.get<Page<BatchTransactionBody>>(`${base}/${batch.id}/transactions`)).body.data;

const keyWith = (...scopes: Scope[]) => addKey(api, 'test', scopes);

/** Every page after the other, as a client would read them. */
async function readPages<Entry>(path: string): Promise<Entry[][]> {
  const pages: Entry[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const next: string = cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await api.get<Page<Entry>>(next);
    expect(status).toBe(200);
    pages.push(body.data);
    cursor = body.next_cursor;
  }
  return pages;
}

const unknownIds = [
  '1',
  'x',
  '019b0000-0000-7000-8000-000000000000',
  '019b0000-0000-7000-8000-00000000000',
  '%00',
  "'",
];

describe('GET /batches/{id}', () => {
  it('tells what became of a batch', async () => {
    await insertCategory(api.database, 'Groceries', ['walmart']);
    const batch = await insertTestBatch(api.database, [
      makeTransaction({ merchantName: 'WALMART #1' }),
      makeTransaction(),
      makeTransaction(),
    ]);
    const workflowUrl = `${temporalUiUrl}/namespaces/default/workflows/batch-${batch.id}`;
    expect(await getBatch(batch)).toEqual({
      batch_id: batch.id,
      request_id: null,
      status: 'pending',
      transaction_count: 3,
      duplicate_count: 0,
      conflict_count: 0,
      processing_status: { pending: 3, processing: 0, completed: 0, failed: 0 },
      categorized_count: 0,
      uncategorized_count: 0,
      failure_reason: null,
      created_at: batch.createdAt.toISOString(),
      started_at: null,
      finished_at: null,
      workflow: { workflow_id: `batch-${batch.id}`, run_id: null, url: workflowUrl },
      conflicts: [],
    });

    await start(batch);
    const done = await untilStatus(batch, 'completed');
    expect(done).toMatchObject({
      processing_status: { pending: 0, processing: 0, completed: 3, failed: 0 },
      categorized_count: 1,
      uncategorized_count: 2,
      workflow: { url: `${workflowUrl}/${done.workflow?.run_id}/history` },
    });
    expect(Date.parse(done.finished_at as string)).toBeGreaterThanOrEqual(
      Date.parse(done.started_at as string),
    );
  });

  it('has no workflow where nothing of it could be stored', async () => {
    const id = '019b0000-0000-8000-8000-000000000000';
    await recordDeadLetter(api.database, {
      batch: { id, apiKeyId: null, requestId: 'ledger 7' },
      reason: 'parts_missing',
      failureReason: 'Send the batch again.',
      partition: 0,
      offset: 0n,
    });
    const { body } = await api.get(`${base}/${id}`);
    expect(body).toMatchObject({ status: 'failed', request_id: 'ledger 7', workflow: null });
  });

  it('links to the run that holds it together with others, and after a retry to its own', async () => {
    const batch = await store();
    const run = { workflowId: 'batches-of-a-burst', runId: 'run-1' };
    await markBatchesProcessing(api.database, [batch.id], run);
    expect((await getBatch(batch)).workflow).toEqual({
      workflow_id: 'batches-of-a-burst',
      run_id: 'run-1',
      url: `${temporalUiUrl}/namespaces/default/workflows/batches-of-a-burst/run-1/history`,
    });
    // What another run holds is not taken from it.
    expect(
      await markBatchesProcessing(api.database, [batch.id], {
        workflowId: 'other',
        runId: 'run-2',
      }),
    ).toEqual([]);
    await markBatchFailed(api.database, batch.id, 'test');
    await retryBatch(api.database, batch.id);
    expect((await getBatch(batch)).workflow).toMatchObject({
      workflow_id: `batch-${batch.id}`,
      run_id: null,
    });
  });

  it('tells what a client posted, once it is processed', async () => {
    const { transactionId, accountId, ...rest } = makeTransaction({ accountId: 'posted' });
    const { body } = await api.post('/api/integrations/transactions', {
      transactions: [{ ...rest, transaction_id: transactionId, account_id: accountId }],
    });
    const done = await waitFor(async () => {
      const answer = await api.get<BatchBody>(`${base}/${body.batch_id}/`);
      return answer.body.status === 'completed' && answer.body;
    });
    expect(done.processing_status.completed).toBe(1);
  });

  it('counts the rows of a failed batch that are completed apart from those that are not', async () => {
    const batch = await store(3);
    await markBatchProcessing(api.database, batch.id, 'run-1');
    await api.database('batches').where({ id: batch.id }).update({ completed_count: 1 });
    await markBatchFailed(api.database, batch.id, 'It broke.');
    expect(await getBatch(batch)).toMatchObject({
      status: 'failed',
      failure_reason: 'It broke.',
      processing_status: { pending: 0, processing: 0, completed: 1, failed: 2 },
    });
  });

  describe.each(['', '/transactions', '/events'])('%s', (suffix) => {
    it.each(unknownIds)('knows no batch %s', async (id) => {
      expect(await api.get<Problem>(`${base}/${id}${suffix}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    });

    it('is open to keys that ingest or read, and to no other', async () => {
      const batch = await store();
      await markBatchFailed(api.database, batch.id, 'test');
      for (const scope of ['ingest', 'read'] as const) {
        const answer = await api.get(`${base}/${batch.id}${suffix}`, await keyWith(scope));
        expect(answer.status).toBe(200);
      }
      expect(await api.get(`${base}/${batch.id}${suffix}`, await keyWith('admin'))).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope' },
      });
    });
  });
});

describe('GET /batches', () => {
  it('pages all batches, newest first', async () => {
    const stored = [await store(), await store(), await store()];
    const pages = await readPages<BatchBody>(`${base}?limit=1`);
    expect(pages.map((page) => page.map((batch) => batch.batch_id))).toEqual(
      stored.toReversed().map((batch) => [batch.id]),
    );
    // A list has no conflicts, of which each batch may have 100.
    expect({ ...pages[0]?.[0], conflicts: [] }).toEqual(await getBatch(stored[2] as Batch));
  });

  it('pages batches in the order of their arrival, to the microsecond, whatever their ids', async () => {
    const times = ['11.000001', '11.000002', '11.000002', '11.000003'];
    const ids = ['d', 'b', 'c', 'a'].map(
      (digit) => `${digit.repeat(8)}-0000-8000-8000-000000000000`,
    );
    await api.database('batches').insert(
      ids.map((id, index) => ({
        id,
        transaction_count: 0,
        duplicate_count: 0,
        created_at: `2026-01-02T03:04:${times[index]}Z`,
      })),
    );
    const pages = await readPages<BatchBody>(`${base}?limit=1`);
    expect(pages.flat().map((batch) => batch.batch_id)).toEqual(ids.toReversed());
  });

  it('shows the next page as it was, though new batches came', async () => {
    const [oldest] = [await store(), await store()];
    const first = await api.get<Page<BatchBody>>(`${base}?limit=1`);
    await store();
    const second = await api.get<Page<BatchBody>>(
      `${base}?limit=1&cursor=${first.body.next_cursor}`,
    );
    expect(second.body.data.map((batch) => batch.batch_id)).toEqual([oldest.id]);
  });

  it('shows those of one status', async () => {
    const pending = await store();
    const failed = await store();
    const failedToo = await store();
    const processing = await store();
    await markBatchFailed(api.database, failed.id, 'test');
    await markBatchFailed(api.database, failedToo.id, 'test');
    await markBatchProcessing(api.database, processing.id, 'run-1');
    const listed = async (status: string) =>
      (await readPages<BatchBody>(`${base}?limit=1&status=${status}`))
        .flat()
        .map((batch) => batch.batch_id);
    expect(await listed('failed')).toEqual([failedToo.id, failed.id]);
    expect(await listed('pending')).toEqual([pending.id]);
    expect(await listed('processing')).toEqual([processing.id]);
    expect(await listed('completed')).toEqual([]);
  });

  it('shows 100 unless told otherwise, and 500 at most', async () => {
    await api.database('batches').insert(
      Array.from({ length: 501 }, () => ({
        id: uuidV7(),
        transaction_count: 0,
        duplicate_count: 0,
      })),
    );
    const length = async (query: string) =>
      (await api.get<Page<BatchBody>>(`${base}${query}`)).body.data.length;
    expect(await length('')).toBe(100);
    expect(await length('?limit=500')).toBe(500);
    expect((await readPages(`${base}?limit=500`)).map((page) => page.length)).toEqual([500, 1]);
  });

  it.each([
    ['limit=501', '/limit'],
    ['limit=0', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=ten', '/limit'],
    ['cursor=', '/cursor'],
    ['cursor=x', '/cursor'],
    [`cursor=${encodeCursor(1)}`, '/cursor'],
    [`cursor=${encodeCursor("' OR 1=1")}`, '/cursor'],
    ['status=done', '/status'],
    ['status=', '/status'],
  ])('refuses ?%s', async (query, pointer) => {
    expect(await api.get<Problem>(`${base}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    });
  });
});

describe('GET /batches/{id}/transactions', () => {
  it('pages the rows in the order they were sent', async () => {
    const rows = Array.from({ length: 5 }, () => makeTransaction());
    await store(3);
    const batch = await insertTestBatch(api.database, rows);
    await store(3);
    const pages = await readPages<BatchTransactionBody>(`${base}/${batch.id}/transactions?limit=2`);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat().map((row) => row.transaction_id)).toEqual(
      rows.map((row) => row.transactionId),
    );
  });

  it('leaves out rows of another batch that were stored in between', async () => {
    const batch = await store(2);
    const other = await store(2);
    // As where a stream's parts and another batch took turns.
    await api
      .database('batches')
      .where({ id: batch.id })
      .update({ last_transaction_id: other.lastTransactionId });
    expect(await rowsOf(batch)).toHaveLength(2);
  });

  it('shows no rows of a batch of duplicates', async () => {
    const rows = [makeTransaction()];
    await insertTestBatch(api.database, rows);
    expect(await rowsOf(await insertTestBatch(api.database, rows))).toEqual([]);
  });

  it('shows how each row stands before, during and after processing', async () => {
    await insertCategory(api.database, 'Groceries', ['walmart', 'whole foods']);
    const [{ id: patternId }] = await api
      .database('category_patterns')
      .where({ pattern: 'walmart' })
      .select('id');
    const batch = await insertTestBatch(api.database, [
      makeTransaction({ transactionId: 't-1', merchantName: 'WALMART #1', amount: '-1.5' }),
      makeTransaction({ description: 'at whole foods' }),
      makeTransaction({ merchantName: 'Nobody knows' }),
    ]);
    const open = { category: null, match: null };
    expect(await rowsOf(batch)).toMatchObject([
      {
        transaction_id: 't-1',
        account_id: 'acc-1',
        amount: '-1.50',
        currency: 'USD',
        date: '2026-01-15',
        merchant_name: 'WALMART #1',
        description: null,
        ingestion_status: 'pending',
        ...open,
      },
      { ingestion_status: 'pending', ...open },
      { ingestion_status: 'pending', ...open },
    ]);

    await markBatchProcessing(api.database, batch.id, 'run-1');
    for (const row of await rowsOf(batch))
      expect(row).toMatchObject({ ingestion_status: 'processing', ...open });

    await start(batch);
    await untilStatus(batch, 'completed');
    expect(await rowsOf(batch)).toMatchObject([
      {
        ingestion_status: 'completed',
        category: 'Groceries',
        match: { pattern_id: patternId, pattern: 'walmart', field: 'merchant_name' },
      },
      {
        ingestion_status: 'completed',
        category: 'Groceries',
        match: { pattern: 'whole foods', field: 'description' },
      },
      { ingestion_status: 'completed', category: null, match: null },
    ]);
  });

  it('shows rows of a failed batch as failed, but for those that are completed', async () => {
    const batch = await store(2);
    await api
      .database('transactions')
      .where({ id: batch.firstTransactionId })
      .update({ ingestion_status: 'completed' });
    await markBatchFailed(api.database, batch.id, 'test');
    expect((await rowsOf(batch)).map((row) => row.ingestion_status)).toEqual([
      'completed',
      'failed',
    ]);
  });

  it('shows no match for a category that was set by hand', async () => {
    await insertCategory(api.database, 'Groceries', ['walmart']);
    const travel = await insertCategory(api.database, 'Travel', []);
    const batch = await insertTestBatch(api.database, [
      makeTransaction({ merchantName: 'WALMART' }),
      makeTransaction({ merchantName: 'WALMART' }),
    ]);
    await start(batch);
    await untilStatus(batch, 'completed');
    await api.patch(`/api/admin/transactions/${batch.firstTransactionId}`, { category_id: travel });
    expect(await rowsOf(batch)).toMatchObject([
      { category: 'Travel', match: null },
      { category: 'Groceries', match: { pattern: 'walmart' } },
    ]);
  });

  it('shows the match, without its text, of a pattern that was deleted since', async () => {
    await insertCategory(api.database, 'Groceries', ['walmart']);
    const batch = await insertTestBatch(api.database, [
      makeTransaction({ merchantName: 'WALMART' }),
    ]);
    await start(batch);
    await untilStatus(batch, 'completed');
    await api.database('category_patterns').delete();
    expect(await rowsOf(batch)).toMatchObject([
      {
        category: 'Groceries',
        match: { pattern_id: expect.any(Number), pattern: null, field: 'merchant_name' },
      },
    ]);
  });

  it.each([
    ['limit=501', '/limit'],
    ['cursor=x', '/cursor'],
    [`cursor=${encodeCursor('019b0000-0000-7000-8000-000000000000')}`, '/cursor'],
  ])('refuses ?%s', async (query, pointer) => {
    const batch = await store();
    expect(await api.get<Problem>(`${base}/${batch.id}/transactions?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    });
  });

  it('accepts a page of 500', async () => {
    const batch = await store(501);
    const pages = await readPages(`${base}/${batch.id}/transactions?limit=500`);
    expect(pages.map((page) => page.length)).toEqual([500, 1]);
  });
});

describe('GET /batches/{id}/events', () => {
  interface BatchEvent {
    name: string;
    batch: BatchWithConflictsBody;
  }

  /** A client that listens; `events` grows as they come. */
  async function listen(batch: Batch, key = { Authorization: `Bearer ${api.key}` }) {
    const leaving = new AbortController();
    const response = await fetch(`${api.url}${base}/${batch.id}/events`, {
      headers: key,
      signal: leaving.signal,
    });
    const events: BatchEvent[] = [];
    const ended = (async () => {
      for await (const { name, data } of readEvents(response))
        events.push({ name, batch: JSON.parse(data) });
    })();
    // Leaving breaks the loop, which is no failure.
    ended.catch(() => {});
    return { response, events, ended, leave: () => leaving.abort() };
  }

  it('tells the progress, and ends with the batch', async () => {
    const batch = await store(2);
    const { response, events, ended } = await listen(batch);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await waitFor(async () => events.length > 0);
    await markBatchProcessing(api.database, batch.id, 'run-1');
    await waitFor(async () => events.length > 1);
    await start(batch);
    await ended;
    const last = events.pop();
    expect(last).toEqual({ name: 'end', batch: await getBatch(batch) });
    expect(last?.batch.status).toBe('completed');
    expect(new Set(events.map((event) => event.name))).toEqual(new Set(['progress']));
    expect(events.map((event) => event.batch.status).slice(0, 2)).toEqual([
      'pending',
      'processing',
    ]);
  });

  it('says nothing twice', async () => {
    const batch = await store();
    const { events, ended } = await listen(batch);
    let reads = 0;
    const countReads = ({ sql }: { sql: string }) => {
      if (sql.includes('"batches"')) reads++;
    };
    api.readDatabase.on('query', countReads);
    await waitFor(async () => reads >= 3);
    api.readDatabase.off('query', countReads);
    await markBatchFailed(api.database, batch.id, 'test');
    await ended;
    expect(events.map((event) => event.name)).toEqual(['progress', 'end']);
  });

  it('ends at once for a batch that is final already', async () => {
    const batch = await store();
    await markBatchFailed(api.database, batch.id, 'It broke.');
    const { events, ended } = await listen(batch);
    await ended;
    expect(events).toEqual([{ name: 'end', batch: await getBatch(batch) }]);
  });

  it('ends when the process is told to stop', async () => {
    const other = await startTestApi();
    const batch = await insertTestBatch(other.database, [makeTransaction()]);
    const response = await fetch(`${other.url}${base}/${batch.id}/events`, {
      headers: { Authorization: `Bearer ${other.key}` },
    });
    other.beginStopping();
    expect(await response.text()).toMatch(/^event: progress\n/);
    await other.stop();
  });

  type Key = { Authorization: string };

  it('has 20 listeners of one key at most and 200 in all, and room again when one has left', async () => {
    const batch = await store();
    const events = `${base}/${batch.id}/events`;
    const status = async (headers: Record<string, string>) =>
      (await api.get<Problem>(events, headers)).status;
    const keys = await Promise.all(
      Array.from({ length: 11 }, (_, index) => addKey(api, `listener ${index}`)),
    );
    const [first, ...others] = keys as [Key, ...Key[]];
    const last = others.pop() as Key;
    const opened = await Promise.all(Array.from({ length: 20 }, () => listen(batch, first)));
    const refused = await api.get<Problem>(events, first);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    for (const key of others)
      opened.push(...(await Promise.all(Array.from({ length: 20 }, () => listen(batch, key)))));
    expect(opened.map(({ response }) => response.status)).toEqual(opened.map(() => 200));
    expect(await api.get<Problem>(events, last)).toMatchObject({
      status: 503,
      body: { code: 'overloaded' },
    });
    opened[0]?.leave();
    await waitFor(async () => (await status(last)) === 200);
    for (const { leave } of opened) leave();
  });
});

describe('POST /batches/{id}/retry', () => {
  const retry = (batch: Batch) => api.post<BatchBody & Problem>(`${base}/${batch.id}/retry`);

  it('leaves a batch whose rows are in a dead letter to the consumer, which the sweep does, too', async () => {
    const id = uuidV7();
    await recordDeadLetter(api.database, {
      batch: { id, apiKeyId: null, requestId: null },
      reason: 'invalid_record',
      failureReason: 'It is wrong.',
      partition: 1,
      offset: 2n,
    });
    const batch = (await Batch.query(api.database).findById(id)) as Batch;
    expect(await getBatch(batch)).toMatchObject({
      status: 'failed',
      failure_reason: 'It is wrong.',
      transaction_count: 0,
    });
    expect(await retry(batch)).toMatchObject({ status: 202, body: { status: 'pending' } });
    // Another batch, whose workflow is started after it.
    const other = await store();
    await start(other);
    await untilStatus(other, 'completed');
    expect((await getBatch(batch)).status).toBe('pending');
    const [letter] = await api.database('dead_letters').where({ batch_id: id });
    expect(letter.resendRequestedAt).not.toBeNull();
    await api
      .database('batches')
      .where({ id })
      .update({ created_at: new Date(0) });
    expect(await listUnfinishedBatches(api.database, 'pending', 1, 10)).toEqual([]);
  });

  it('processes a failed batch again, to its completion', async () => {
    await insertCategory(api.database, 'Groceries', ['walmart']);
    const batch = await insertTestBatch(api.database, [
      makeTransaction({ merchantName: 'WALMART' }),
      makeTransaction(),
    ]);
    beforeCategorizing = async () => {
      throw ApplicationFailure.create({ message: 'the model is broken', nonRetryable: true });
    };
    await start(batch);
    const failed = await untilStatus(batch, 'failed');
    expect(failed.failure_reason).toBe('Processing failed: the model is broken');

    beforeCategorizing = async () => {};
    const answer = await retry(batch);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`${base}/${batch.id}`);
    expect(answer.body).toMatchObject({
      batch_id: batch.id,
      status: 'pending',
      failure_reason: null,
      started_at: null,
      finished_at: null,
      processing_status: { pending: 2, processing: 0, completed: 0, failed: 0 },
    });
    const done = await untilStatus(batch, 'completed');
    expect(done).toMatchObject({ categorized_count: 1, failure_reason: null });
    expect(done.workflow?.run_id).not.toBe(failed.workflow?.run_id);
    expect((await rowsOf(batch)).map((row) => row.ingestion_status)).toEqual([
      'completed',
      'completed',
    ]);
  });

  it('is done once, however many ask at the same time', async () => {
    const batch = await store();
    await markBatchFailed(api.database, batch.id, 'test');
    const answers = await Promise.all([retry(batch), retry(batch), retry(batch), retry(batch)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409, 409, 409]);
    await untilStatus(batch, 'completed');
  });

  it.each<[BatchBody['status'], (batch: Batch) => Promise<unknown>]>([
    ['pending', async () => {}],
    ['processing', (batch) => markBatchProcessing(api.database, batch.id, 'run-1')],
    [
      'completed',
      async (batch) => {
        await start(batch);
        await untilStatus(batch, 'completed');
      },
    ],
  ])('is refused for a batch that is %s', async (status, prepare) => {
    const batch = await store();
    await prepare(batch);
    const before = await getBatch(batch);
    expect(await retry(batch)).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining(status) },
    });
    expect(await getBatch(batch)).toEqual(before);
  });

  it.each(unknownIds)('knows no batch %s', async (id) => {
    expect((await api.post(`${base}/${id}/retry`)).status).toBe(404);
  });

  it('needs a key that ingests', async () => {
    const batch = await store();
    await markBatchFailed(api.database, batch.id, 'test');
    const path = `${base}/${batch.id}/retry`;
    expect((await api.post(path, undefined, await keyWith('read'))).status).toBe(403);
    expect((await getBatch(batch)).status).toBe('failed');
  });
});
