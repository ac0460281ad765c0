import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { copyTransactions } from '../../src/db/batches/copy-transactions.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const description = 'x'.repeat(100);

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(() => test.drop());

describe('a COPY that fails', () => {
  it('leaves nothing behind that is written later, however full the connection is', async () => {
    const held = makeTransaction();
    const batch = await insertTestBatch(test.database, [makeTransaction()]);
    const holder = await test.database.transaction();
    await holder.raw(
      `INSERT INTO transactions (id, batch_id, account_id, transaction_id, amount, currency, date)
       VALUES (1000, ?, ?, ?, -1, 'USD', '2026-01-15')`,
      [batch.id, held.accountId, held.transactionId],
    );
    const client = (await test.database.client.acquireConnection()) as pg.Client;
    const socket = client.connection.stream as Socket;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });

    /** The server waits for the holder. It has been sent more than it collects before it inserts. */
    function* rows(): Generator<NewTransaction> {
      yield held;
      const sentBefore = socket.bytesWritten;
      while (socket.bytesWritten - sentBefore < 200_000) yield makeTransaction({ description });
      socket.cork();
      // A block that still fits into the connection's buffer, one that is too much, and a rest behind that.
      while (socket.writableLength < 50_000) yield makeTransaction({ description });
      for (let more = 0; more < 60; more++) yield makeTransaction({ description });
      release();
    }
    const copied = copyTransactions(client, batch.id, 10_000, rows());
    const failed = expect(copied).rejects.toMatchObject({ code: '23505' });
    await released;
    await holder.commit();
    await failed;
    socket.uncork();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await test.database.client.releaseConnection(client);
  });
});
