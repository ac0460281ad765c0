import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  findBatchesOfStatus,
  listUnfinishedBatches,
} from '../../src/db/batches/list-unfinished-batches.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** Pending batches of a new key, two minutes old. */
async function addBatches(name: string, count: number): Promise<string[]> {
  const { rows } = await db.database.raw(
    `WITH key AS (
       INSERT INTO api_keys (name, prefix, key_hash, scopes)
         VALUES (?, 'x', sha256(?::bytea), '{ingest}') RETURNING id)
     INSERT INTO batches (id, api_key_id, transaction_count, duplicate_count, created_at)
       SELECT uuidv7(), key.id, 1, 0, now() - interval '2 minutes'
         FROM key, generate_series(1, ?) RETURNING id`,
    [name, name, count],
  );
  return rows.map(({ id }: { id: string }) => id);
}

test('of each key the oldest come first, so that one with many holds no other up', async () => {
  const many = await addBatches('many', 100_000);
  const few = await addBatches('few', 2);
  const listed = await listUnfinishedBatches(db.database, 'pending', 60, 6);
  expect(listed).toEqual([many[0], few[0], many[1], few[1], many[2], many[3]]);
  expect(await listUnfinishedBatches(db.database, 'pending', 180, 6)).toEqual([]);
});

test('keys that follow one another take one turn', async () => {
  const old = await addBatches('old', 3);
  const successor = await addBatches('successor', 1);
  const other = await addBatches('other', 2);
  await db
    .database('api_keys')
    .where({ name: 'successor' })
    .update({ first_key_id: db.database('api_keys').where({ name: 'old' }).select('id') });
  const listed = await listUnfinishedBatches(db.database, 'pending', 60, 6);
  expect(listed).toEqual([old[0], other[0], old[1], other[1], old[2], successor[0]]);
});

test('those that have begun meanwhile are left out', async () => {
  const ids = await addBatches('some', 3);
  await db.database('batches').where({ id: ids[1] }).update({ status: 'processing' });
  const found = await findBatchesOfStatus(db.database, ids.toReversed(), 'pending');
  expect(found.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
});
