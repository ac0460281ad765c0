import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Batch } from '../../src/db/models/batch.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { loadOpenTransactions } from '../../src/db/transactions/load-open-transactions.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
let categoryId: number;

beforeAll(async () => {
  db = await createTestDatabase();
  categoryId = await insertCategory(db.database, 'Groceries', ['walmart']);
});

afterAll(async () => {
  await db.drop();
});

const insert = (count: number) =>
  insertTestBatch(
    db.database,
    Array.from({ length: count }, () => makeTransaction()),
  );

async function completeAll(batch: Batch, id = categoryId): Promise<number> {
  const { firstTransactionId: firstId, lastTransactionId: lastId } = batch;
  const open = await loadOpenTransactions(db.database, [
    {
      batchId: batch.id,
      firstId: firstId as number,
      lastId: lastId as number,
    },
  ]);
  const { changedCount } = await completeTransactions(
    db.database,
    [batch.id],
    open.map((row) => ({ id: row.id, match: patternMatch(id) })),
  );
  return changedCount;
}

describe('completeTransactions', () => {
  it('counts each row once when two attempts write the same rows at the same time', async () => {
    const batch = await insert(2_000);
    const counts = await Promise.all([completeAll(batch), completeAll(batch), completeAll(batch)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_000);
    expect(await Batch.query(db.database).findById(batch.id)).toMatchObject({
      completedCount: 2_000,
      categorizedCount: 2_000,
    });
  });

  it('updates rows on their page, without touching an index (HOT)', async () => {
    const batch = await insert(5_000);
    await completeAll(batch);
    // Whichever connection did it tells now, instead of after ten idle seconds.
    const tell = () => db.database.raw('SELECT pg_stat_force_next_flush(), pg_sleep(0.1)');
    await Promise.all(Array.from({ length: db.database.client.pool.max }, tell));
    const stats = await waitFor(() =>
      db
        .database('pg_stat_user_tables')
        .where({ relname: 'transactions' })
        .where('n_tup_upd', '>=', 7_000)
        .first<{ updated: number; hot: number }>({ updated: 'n_tup_upd', hot: 'n_tup_hot_upd' }),
    );
    expect(stats.hot).toBeGreaterThanOrEqual(stats.updated * 0.95);
  });

  it('refuses a category that was deleted meanwhile, and writes nothing', async () => {
    const batch = await insert(3);
    await expect(completeAll(batch, 999_999)).rejects.toMatchObject({ code: '23503' });
    expect(await Batch.query(db.database).findById(batch.id)).toMatchObject({ completedCount: 0 });
  });

  it('stays fast when the statistics say that every row is completed', async () => {
    await completeAll(await insert(20_000));
    await db.database.raw('ANALYZE transactions');
    const batch = await insert(20_000);
    const startedAt = performance.now();
    expect(await completeAll(batch)).toBe(20_000);
    // The plan that the statistics suggest, a nested loop without an index, takes some 20 s.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
