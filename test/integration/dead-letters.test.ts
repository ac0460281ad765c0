import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import { retryBatch } from '../../src/db/batches/change-batch-status.ts';
import { recordDeadLetter } from '../../src/db/dead-letters/record-dead-letter.ts';
import { resendDeadLetter } from '../../src/db/dead-letters/resend-dead-letter.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
}, 60_000);
afterAll(() => db?.drop());

it('a dead letter that cannot be read now waits behind the others', async () => {
  const [oldest, newer] = [uuidV7(), uuidV7()];
  for (const [offset, id] of [oldest, newer].entries()) {
    await recordDeadLetter(db.database, {
      batch: { id, apiKeyId: null, requestId: null },
      reason: 'invalid_record',
      failureReason: 'It is not valid.',
      partition: 0,
      offset: BigInt(offset),
    });
    await retryBatch(db.limitedDatabase, id);
  }
  const tried: string[] = [];
  const resend = () =>
    resendDeadLetter(
      db.database,
      async ({ batchId }) => {
        tried.push(batchId);
        if (batchId === oldest) throw new Error('Its partition has no leader.');
        return { reason: 'invalid_record', failureReason: 'It is not valid.' };
      },
      (error) => {
        throw error;
      },
    );
  await expect(resend()).rejects.toThrow('Its partition has no leader.');
  expect(await resend()).toMatchObject({ outcome: 'failed', batchId: newer });
  await expect(resend()).rejects.toThrow('Its partition has no leader.');
  expect(tried).toEqual([oldest, newer, oldest]);
});
