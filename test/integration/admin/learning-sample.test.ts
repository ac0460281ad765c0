import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../../src/db/connection/database.ts';
import { drawSample } from '../../../src/db/learning/draw-sample.ts';
import {
  insertCategory,
  insertCompletedBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

let api: TestApi;
let database: Database;
let food: number;
let fuel: number;

beforeAll(async () => {
  api = await startTestApi();
  database = api.database;
});

afterEach(async () => {
  await emptyTables(database);
});

afterAll(async () => {
  await api.stop();
});

const path = '/api/admin/learning/sample';

/** Rows that a pattern has categorized. Every third has no category. Returns the first id. */
async function insertDecided(count: number): Promise<number> {
  food = await insertCategory(database, `Food ${count}`, []);
  fuel = await insertCategory(database, `Fuel ${count}`, []);
  let place = 0;
  const rows = Array.from({ length: count }, (_, at) =>
    makeTransaction({ merchantName: `shop ${String.fromCharCode(97 + (at % 26))}` }),
  );
  const batch = await insertCompletedBatch(database, rows, () => (place++ % 3 === 2 ? null : food));
  return batch.firstTransactionId as number;
}

interface SampledRow {
  transaction: { id: number; category_id: number; category_source: string };
  decided_category_id: number;
  is_answered: boolean;
}

async function sample(): Promise<SampledRow[]> {
  const { status, body } = await api.get(path);
  expect(status).toBe(200);
  return body.rows;
}

const idsOf = (rows: SampledRow[]) => rows.map(({ transaction }) => transaction.id);

describe('the weekly sample', () => {
  it('has 50 automatic decisions, the same ones all week', async () => {
    await insertDecided(300);
    const { body } = await api.get(path);
    expect(body.week).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(new Date(`${body.week}T00:00Z`).getUTCDay()).toBe(1);
    expect(new Set(idsOf(body.rows)).size).toBe(50);
    expect(body.rows[0]).toMatchObject({
      transaction: { category_id: food, category_source: 'pattern' },
      decided_category_id: food,
      decided_category: 'Food 300',
      is_answered: false,
    });
    for (const { transaction } of body.rows) expect(transaction.category_id).toBe(food);
    await insertDecided(90);
    expect(idsOf(await sample())).toEqual(idsOf(body.rows));
  });

  it('is drawn once if two ask at the same time', async () => {
    await insertDecided(300);
    const [one, other] = await Promise.all([sample(), sample()]);
    expect(idsOf(one)).toEqual(idsOf(other));
    expect(await database('sampled_decisions')).toHaveLength(50);
  });

  it('is drawn later if there are no decisions yet', async () => {
    expect(await sample()).toEqual([]);
    await insertDecided(30);
    expect(await sample()).toHaveLength(20);
  });

  it('leaves out what was completed more than 7 days ago', async () => {
    await insertDecided(30);
    await database('batches').update({ finished_at: database.raw(`now() - interval '8 days'`) });
    const first = await insertDecided(60);
    const rows = await sample();
    expect(rows).toHaveLength(40);
    for (const id of idsOf(rows)) expect(id).toBeGreaterThanOrEqual(first);
  });

  it('draws each decision with the same probability', async () => {
    await insertDecided(150);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 100; draw++) {
      await database('sampled_decisions').delete();
      for (const id of (await drawSample(database, database)).transactionIds)
        counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 100 decisions, of which each is drawn 50 times on average, with a standard deviation of 5.
    expect(counts.size).toBe(100);
    expect(Math.min(...counts.values())).toBeGreaterThan(20);
    expect(Math.max(...counts.values())).toBeLessThan(80);
  });

  it('stops looking where next to no id is of a decision', async () => {
    await insertDecided(60);
    await database.raw(`SELECT setval('transactions_id_seq', 100000000)`);
    await insertDecided(90);
    expect((await drawSample(database, database)).transactionIds.length).toBeLessThanOrEqual(50);
  });

  it('takes a confirmation and a correction, which are labels that show how right decisions are', async () => {
    await insertDecided(30);
    const [right, wrong, other] = idsOf(await sample()) as [number, number, number];
    expect(await api.post(`${path}/${right}`, { category_id: food })).toMatchObject({
      status: 200,
      body: {
        transaction: { id: right, category_id: food, category_source: 'manual' },
        decided_category_id: food,
        is_answered: true,
      },
    });
    await api.post(`${path}/${wrong}`, { category_id: fuel });
    // Corrected elsewhere: it was drawn all the same.
    await api.patch(`/api/admin/transactions/${other}`, { category_id: fuel });
    const answered = (await sample()).filter(({ is_answered }) => is_answered);
    expect(idsOf(answered)).toEqual([right, wrong, other]);
    const { body } = await api.get('/api/admin/learning/evaluation');
    expect(body.prospective).toMatchObject({
      sampled: [
        { source: 'pattern', row_count: 20, answered_count: 3, right_count: 1, precision: 1 / 3 },
      ],
      all: [{ source: 'pattern', row_count: 3, right_count: 1 }],
      by_category: [{ category_id: food, category: 'Food 30', row_count: 3, right_count: 1 }],
    });
  });

  it('has decisions that somebody corrected before it was drawn', async () => {
    const first = await insertDecided(30);
    await api.patch(`/api/admin/transactions/${first}`, { category_id: fuel });
    const rows = await sample();
    expect(rows).toHaveLength(20);
    expect(rows.find(({ transaction }) => transaction.id === first)).toMatchObject({
      decided_category_id: food,
      is_answered: true,
      transaction: { category_id: fuel },
    });
    const { body } = await api.get('/api/admin/learning/evaluation');
    expect(body.prospective.sampled).toMatchObject([{ answered_count: 1, right_count: 0 }]);
  });

  it('shows nothing about decisions that needed review', async () => {
    await insertDecided(30);
    const [sure, answered, open] = idsOf(await sample()) as [number, number, number];
    await database('transactions').whereIn('id', [answered, open]).update({ needs_review: true });
    await api.post(`${path}/${sure}`, { category_id: food });
    await api.post(`${path}/${answered}`, { category_id: fuel });
    const { body } = await api.get('/api/admin/learning/evaluation');
    expect(body.prospective).toMatchObject({
      sampled: [{ row_count: 18, answered_count: 1, right_count: 1 }],
      all: [{ row_count: 1, right_count: 1 }],
    });
  });

  it('refuses an answer about any other transaction, and to a category that does not exist', async () => {
    const first = await insertDecided(300);
    const drawn = new Set(idsOf(await sample()));
    const other = first + [...Array(300).keys()].findIndex((place) => !drawn.has(first + place));
    expect((await api.post(`${path}/${other}`, { category_id: food })).status).toBe(404);
    expect((await api.post(`${path}/x`, { category_id: food })).status).toBe(404);
    const [id] = [...drawn];
    expect((await api.post(`${path}/${id}`, { category_id: 999_999 })).status).toBe(400);
    expect((await api.post(`${path}/${id}`, {})).status).toBe(400);
  });
});

describe('decisions that people confirmed or corrected', () => {
  it('count apart from those that were drawn at random', async () => {
    const first = await insertDecided(30);
    await api.post('/api/admin/transactions/bulk-set-category', {
      ids: [first, first + 1, first + 2],
      category_id: fuel,
    });
    const { body } = await api.get('/api/admin/learning/evaluation');
    // The third had no decision.
    expect(body.prospective).toMatchObject({
      sampled: [],
      all: [{ source: 'pattern', row_count: 2, right_count: 0, precision: 0 }],
    });
  });
});
