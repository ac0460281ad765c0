import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import {
  type AssignmentOptions,
  assignCategories,
} from '../../src/db/transactions/assign-categories.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import {
  decidedByCategorizer,
  decidedByHand,
  type StoredDecision,
} from '../../src/db/transactions/stored-decision.ts';
import type { CategoryMatch } from '../../src/domain/category-match.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterEach(async () => {
  await emptyTables(db.database);
});

afterAll(async () => {
  await db.drop();
});

async function insertRow(match: CategoryMatch | null): Promise<number> {
  const { id, firstTransactionId } = await insertTestBatch(db.database, [makeTransaction()]);
  const row = { id: firstTransactionId as number, match };
  await completeTransactions(db.database, [id], [row]);
  return row.id;
}

const decide = (transactionId: number, decision: StoredDecision, options?: AssignmentOptions) =>
  db.database.transaction((trx) => assignCategories(trx, [{ transactionId, decision }], options));

const labels = () => db.database('labels').select('*');

test('a category set by hand is a label with the decision that it replaces', async () => {
  const [food, fuel] = [
    await insertCategory(db.database, 'Food', []),
    await insertCategory(db.database, 'Fuel', []),
  ];
  const id = await insertRow(
    patternMatch(food, { confidence: 0.38, needsReview: true, learnedVersionId: 7 }),
  );
  await decide(id, decidedByHand(fuel));
  expect(await labels()).toMatchObject([
    {
      transactionId: id,
      decidedCategoryId: food,
      decidedSource: 'pattern',
      decidedConfidence: 3_800,
      decidedVersionId: 7,
      neededReview: true,
      isSampled: false,
      acceptanceId: null,
    },
  ]);
});

test('a row without a decision, and one set to no category, are labels too', async () => {
  const id = await insertRow(null);
  await decide(id, decidedByHand(null));
  expect(await labels()).toMatchObject([
    { transactionId: id, decidedCategoryId: null, decidedSource: null, neededReview: null },
  ]);
});

test('a row that is set by hand again keeps what was decided before people were asked', async () => {
  const food = await insertCategory(db.database, 'Food', []);
  const id = await insertRow(patternMatch(food));
  const acceptanceId = uuidV7();
  await decide(id, decidedByHand(null), { isSampled: true, acceptanceId });
  const [first] = await labels();
  expect(first).toMatchObject({ isSampled: true, acceptanceId });
  await decide(id, decidedByHand(food));
  const [again] = await labels();
  expect(again).toMatchObject({
    decidedCategoryId: food,
    decidedSource: 'pattern',
    isSampled: true,
    // Undoing the acceptance must not undo what somebody chose after it.
    acceptanceId: null,
  });
  expect(again.labelledAt.getTime()).toBeGreaterThan(first.labelledAt.getTime());
});

test('a row that went back to the categorizers has a new label when it is set again', async () => {
  const food = await insertCategory(db.database, 'Food', []);
  const id = await insertRow(null);
  await decide(id, decidedByHand(food), { isSampled: true });
  await decide(id, decidedByCategorizer(patternMatch(food)), { onlyManual: true });
  await decide(id, decidedByHand(food));
  expect(await labels()).toMatchObject([{ decidedSource: 'pattern', isSampled: false }]);
});

test('a label is as old as the choice, however long its transaction took before', async () => {
  const id = await insertRow(null);
  for (const repeat of [1, 2])
    await db.database.transaction(async (trx) => {
      await assignCategories(trx, [{ transactionId: id, decision: decidedByHand(null) }]);
      const label = await trx('labels').first(trx.raw('labelled_at > now() AS "isLater"'));
      expect([repeat, label.isLater]).toEqual([repeat, true]);
    });
});

test('what a categorizer decides is no label', async () => {
  const food = await insertCategory(db.database, 'Food', []);
  const id = await insertRow(null);
  await decide(id, decidedByCategorizer(patternMatch(food)));
  expect(await labels()).toEqual([]);
});
