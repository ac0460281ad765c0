import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import { insertBatch } from '../../src/db/batches/insert-batch.ts';
import { createDatabase } from '../../src/db/connection/database.ts';
import { isForeignKeyViolation } from '../../src/db/connection/errors.ts';
import { Batch } from '../../src/db/models/batch.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
let apiKeyId: number;

beforeAll(async () => {
  db = await createTestDatabase();
  apiKeyId = (await insertTestBatch(db.database, [])).apiKeyId as number;
});

afterEach(() => emptyTables(db.database));

afterAll(() => db.drop());

const store = (rows: NewTransaction[], given: { id?: string; apiKeyId?: number } = {}) =>
  insertBatch(db.limitedDatabase, { id: uuidV7(), apiKeyId, requestId: null, ...given }, [rows]);

const makeRows = (count: number, given: (index: number) => Partial<NewTransaction> = () => ({})) =>
  Array.from({ length: count }, (_, index) => makeTransaction(given(index)));

describe('small batches that come at the same time', () => {
  it('each have their own rows in their order, their block of ids and their counts', async () => {
    const batches = Array.from({ length: 60 }, (_, size) => ({
      id: uuidV7(),
      rows: makeRows(size),
    }));
    const counts = await Promise.all(batches.map(({ id, rows }) => store(rows, { id })));
    expect(counts).toEqual(
      batches.map(({ rows }) => ({
        transactionCount: rows.length,
        duplicateCount: 0,
        conflictCount: 0,
      })),
    );
    for (const { id, rows } of batches) {
      const stored = await db.database('transactions').where({ batch_id: id }).orderBy('id');
      expect(stored.map((row) => row.transactionId)).toEqual(rows.map((row) => row.transactionId));
      expect(await Batch.query(db.database).findById(id)).toMatchObject({
        status: 'pending',
        transactionCount: rows.length,
        firstTransactionId: stored[0]?.id ?? null,
        lastTransactionId: stored.at(-1)?.id ?? null,
      });
      if (stored.length > 0) expect(stored.at(-1).id - stored[0].id).toBe(stored.length - 1);
    }
  });

  it('store a row once that is in several of them, in whatever order, and count it as a duplicate in the others', async () => {
    const shared = makeRows(40, (index) => ({ merchantName: `Ünïcode 💶 "${index}" \\ \u2028` }));
    const batches = Array.from({ length: 40 }, (_, place) =>
      place % 2 === 0 ? shared : shared.toReversed(),
    );
    const counts = await Promise.all(batches.map((rows) => store(rows)));
    const sum = (field: 'transactionCount' | 'duplicateCount') =>
      counts.reduce((total, each) => total + each[field], 0);
    expect(sum('transactionCount')).toBe(40);
    expect(sum('duplicateCount')).toBe(39 * 40);
    const stored = await db.database('transactions').select('transaction_id', 'merchant_name');
    expect(new Map(stored.map((row) => [row.transactionId, row.merchantName]))).toEqual(
      new Map(shared.map((row) => [row.transactionId, row.merchantName])),
    );
  });

  it('do not suffer from one that cannot be stored', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, place) =>
        store(makeRows(3), place === 17 ? { apiKeyId: 999_999 } : {}),
      ),
    );
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(isForeignKeyViolation(failed[0]?.reason)).toBe(true);
    expect(await Batch.query(db.database).resultSize()).toBe(29);
    expect(await db.database('transactions').count('* as count')).toEqual([{ count: 29 * 3 }]);
  });

  it('have rows of batches that exist only', async () => {
    const unknown = '01890000-0000-7000-8000-000000000001';
    const id = uuidV7();
    await store(makeRows(1), { id });
    const stored = db.database('transactions').insert(
      [id, unknown, unknown].map((batchId, place) => ({
        id: 1_000_000 + place,
        batch_id: batchId,
        account_id: 'acc',
        transaction_id: `unknown-${place}`,
        amount: 1,
        currency: 'EUR',
        date: '2026-01-01',
      })),
    );
    await expect(stored).rejects.toThrow(`transactions refer to the missing batch ${unknown}`);
  });
});

describe('two processes that post the same rows with other contents at once', () => {
  it.each([20, 300])(
    'store each row once, and each tells of those that differ: %p rows',
    async (count) => {
      const options = {
        poolSize: 4,
        applicationName: 'tallyflow-test',
        statementTimeoutMs: 30_000,
      };
      const processes = [1, 2].map(() => createDatabase({ url: db.url, ...options }));
      const given = makeRows(count);
      const counts = await Promise.all(
        processes.flatMap((database, place) =>
          [given, given.toReversed()].map((rows) =>
            insertBatch(database, { id: uuidV7(), apiKeyId, requestId: null }, [
              rows.map((row) => ({ ...row, amount: `${place}.00` })),
            ]),
          ),
        ),
      );
      const stored = await db.database('transactions').pluck('amount');
      expect(stored).toHaveLength(count);
      const ofSecond = stored.filter((amount) => amount === '1.0000').length;
      const sum = (some: typeof counts) =>
        some.reduce((total, { conflictCount }) => total + conflictCount, 0);
      // Each batch of a process differs in the rows that the other one has stored.
      expect(sum(counts.slice(0, 2))).toBe(2 * ofSecond);
      expect(sum(counts.slice(2))).toBe(2 * (count - ofSecond));
      await Promise.all(processes.map((database) => database.destroy()));
    },
  );
});

describe('a batch without duplicates', () => {
  /** What is sent to the database while the work runs. */
  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const remember = ({ sql }: { sql: string }) => statements.push(sql);
    db.limitedDatabase.on('query', remember);
    await work();
    db.limitedDatabase.off('query', remember);
    return statements;
  }

  it('is stored by one statement where it is small', async () => {
    expect(await statementsOf(() => store(makeRows(3)))).toHaveLength(1);
    const rows = makeRows(3);
    await store(rows);
    // Nor does one with duplicates need more.
    expect(await statementsOf(() => store([...rows, ...rows]))).toHaveLength(1);
  });

  it('is compared with nothing where it is copied', async () => {
    const rows = makeRows(300);
    const compares = (statements: string[]) =>
      statements.filter((sql) => sql.includes('record_conflicts')).length;
    expect(compares(await statementsOf(() => store(rows)))).toBe(0);
    expect(compares(await statementsOf(() => store(rows)))).toBe(1);
  });
});
