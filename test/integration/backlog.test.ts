import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BacklogWatch } from '../../src/api/operations/backlog-watch.ts';
import { maxCounted, readBacklog } from '../../src/db/batches/read-backlog.ts';
import type { Status } from '../../src/domain/status.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** Batches of three rows, of which one is completed. */
async function addBatches(status: Status, count: number, age = '1 minute'): Promise<void> {
  await db.database.raw(
    `INSERT INTO batches (id, status, transaction_count, duplicate_count, completed_count, created_at)
       SELECT uuidv7(-?::interval), ?, 3, 0, 1, now() - ?::interval FROM generate_series(1, ?)`,
    [age, status, age, count],
  );
}

test('without open batches there is nothing to do, and nothing is old', async () => {
  await addBatches('completed', 2);
  await addBatches('failed', 2);
  expect(await readBacklog(db.limitedDatabase)).toEqual({
    pendingCount: 0,
    processingCount: 0,
    transactionCount: 0,
    oldestAt: null,
    oldestSeconds: 0,
  });
});

test('open batches are counted with their open rows, and the age of the oldest', async () => {
  await addBatches('completed', 1, '1 day');
  await addBatches('pending', 2);
  await addBatches('processing', 1, '1 hour');
  const backlog = await readBacklog(db.limitedDatabase);
  expect(backlog).toMatchObject({ pendingCount: 2, processingCount: 1, transactionCount: 6 });
  expect(Math.floor(backlog.oldestSeconds / 60)).toBe(60);
  expect(backlog.oldestAt?.getTime()).toBeLessThan(Date.now() - 3_590_000);
});

test.each([
  [maxCounted, maxCounted],
  [maxCounted + 1, maxCounted],
])('of %i batches of a status, %i are counted', async (stored, counted) => {
  await addBatches('pending', stored);
  expect((await readBacklog(db.limitedDatabase)).pendingCount).toBe(counted);
});

test('a process asks the database once in a while, however often it is asked itself', async () => {
  let queryCount = 0;
  db.limitedDatabase.on('query', ({ sql }: { sql: string }) => {
    if (sql.includes('FROM batches')) queryCount++;
  });
  const watch = new BacklogWatch(db.limitedDatabase);
  await Promise.all(Array.from({ length: 20 }, () => watch.current()));
  await addBatches('pending', 1);
  expect(await watch.current()).toMatchObject({ pendingCount: 0 });
  expect(queryCount).toBe(1);
});
