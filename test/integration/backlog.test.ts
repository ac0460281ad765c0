import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { pino } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { noteBatchEnd } from '../../src/activities/note-batch-end.ts';
import { BacklogWatch } from '../../src/api/operations/backlog-watch.ts';
import {
  markBatchCompleted,
  markBatchProcessing,
  retryBatch,
} from '../../src/db/batches/change-batch-status.ts';
import { insertBatch } from '../../src/db/batches/insert-batch.ts';
import { countOpenBatches, readOldestOpenBatch } from '../../src/db/batches/read-backlog.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { maxCountedBatches } from '../../src/domain/limits.ts';
import type { Status } from '../../src/domain/status.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** Batches of three rows, of which one is completed. */
async function addBatches(status: Status, count: number, age = '1 minute'): Promise<void> {
  await db.database.raw(
    `INSERT INTO batches (id, status, transaction_count, duplicate_count, completed_count, created_at, pending_since, finished_at)
       SELECT uuidv7(-:age::interval), :status, 3, 0, 1, now() - :age::interval, now() - :age::interval,
              CASE WHEN :status IN ('completed', 'failed') THEN now() END
         FROM generate_series(1, :count)`,
    { age, status, count },
  );
}

describe('the backlog', () => {
  it('is nothing to do, and nothing old, without open batches', async () => {
    await addBatches('completed', 2);
    await addBatches('failed', 2);
    expect(await countOpenBatches(db.limitedDatabase)).toEqual({
      pendingCount: 0,
      processingCount: 0,
      transactionCount: 0,
    });
    expect(await readOldestOpenBatch(db.limitedDatabase)).toEqual({ createdAt: null, seconds: 0 });
  });

  it('counts open batches with their open rows, and tells the age of the oldest', async () => {
    await addBatches('completed', 1, '1 day');
    await addBatches('pending', 2);
    await addBatches('processing', 1, '1 hour');
    expect(await countOpenBatches(db.limitedDatabase)).toEqual({
      pendingCount: 2,
      processingCount: 1,
      transactionCount: 6,
    });
    const oldest = await readOldestOpenBatch(db.limitedDatabase);
    expect(Math.floor(oldest.seconds / 60)).toBe(60);
    expect(oldest.createdAt?.getTime()).toBeLessThan(Date.now() - 3_590_000);
  });

  it.each([
    [maxCountedBatches, maxCountedBatches],
    [maxCountedBatches + 1, maxCountedBatches],
  ])('of %i batches of a status, counts %i', async (stored, counted) => {
    await addBatches('pending', stored);
    expect((await countOpenBatches(db.limitedDatabase)).pendingCount).toBe(counted);
  });

  it('is read from the database once in a while, however often a process is asked', async () => {
    let queryCount = 0;
    db.limitedDatabase.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('FROM batches')) queryCount++;
    });
    const watch = new BacklogWatch(db.limitedDatabase);
    await Promise.all(Array.from({ length: 20 }, () => [watch.counts(), watch.oldest()]).flat());
    await addBatches('pending', 1);
    expect(await watch.counts()).toMatchObject({ pendingCount: 0 });
    expect(await watch.oldest()).toMatchObject({ seconds: 0 });
    expect(queryCount).toBe(2);
  });

  it('has its age also while the batches take too long to count', async () => {
    await addBatches('pending', 1_000, '1 hour');
    // Each row that is looked at takes 10 ms.
    await db.database.raw(
      `ANALYZE batches;
       ALTER TABLE batches ENABLE ROW LEVEL SECURITY;
       CREATE POLICY slow ON batches FOR SELECT USING (pg_sleep(0.01)::text = '')`,
    );
    const watch = new BacklogWatch(db.limitedDatabase);
    const [counts, oldest] = await Promise.all([watch.counts(), watch.oldest()]);
    expect(counts).toBeNull();
    expect(Math.floor((oldest?.seconds ?? 0) / 60)).toBe(60);
  });
});

describe('the time that a batch waits', () => {
  test('begins with its last row, however slowly its client sent the rows before', async () => {
    const { apiKeyId } = await insertTestBatch(db.database, [makeTransaction()]);
    const id = uuidV7();
    let lastRowAt = new Date(0);
    async function* send(): AsyncGenerator<NewTransaction[]> {
      yield [makeTransaction()];
      const { rows } = await db.database.raw<{ rows: { now: Date }[] }>(
        'SELECT clock_timestamp() AS now',
      );
      lastRowAt = rows[0]?.now as Date;
      yield [makeTransaction()];
    }
    await insertBatch(
      db.limitedDatabase,
      { id, apiKeyId: apiKeyId as number, requestId: null },
      send(),
    );
    const batch = (await Batch.query(db.database).findById(id)) as Batch;
    expect(batch.createdAt.getTime()).toBeLessThan(lastRowAt.getTime());
    expect(batch.pendingSince.getTime()).toBeGreaterThanOrEqual(lastRowAt.getTime());
  });

  test('begins anew when a failed batch is retried', async () => {
    await addBatches('failed', 1, '30 days');
    const { id } = (await Batch.query(db.database).first()) as Batch;
    await retryBatch(db.limitedDatabase, id);
    expect((await readOldestOpenBatch(db.limitedDatabase)).seconds).toBeLessThan(60);

    await markBatchProcessing(db.limitedDatabase, id, 'run');
    await Batch.query(db.database).findById(id).patch({ completedCount: 3 });
    const completed = await markBatchCompleted(db.limitedDatabase, id);
    const lines: { durationMs: number }[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    noteBatchEnd(logger, completed?.batch as Batch, 'completed');
    expect(lines[0]?.durationMs).toBeGreaterThanOrEqual(0);
    expect(lines[0]?.durationMs).toBeLessThan(60_000);
  });
});
