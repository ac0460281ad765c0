import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeLearned } from '../../src/categorization/learned/decode-learned.ts';
import { deleteCategory } from '../../src/db/categories/remove-category.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { insertRows, label, merchantName } from '../helpers/label-rows.ts';
import { testActor } from '../helpers/test-actor.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

let stack: TestStack;
let database: Database;

beforeAll(async () => {
  stack = await startTestStack();
  database = stack.api.database;
});

afterEach(async () => {
  await emptyTables(database);
});

afterAll(async () => {
  await stack.stop();
});

const trainings = '/api/admin/learning/trainings';

async function post(): Promise<string> {
  const { status, body } = await stack.api.post(trainings);
  expect(status).toBe(202);
  expect(body).toMatchObject({ status: 'running', outcome: null, version: null });
  return body.id;
}

async function ended(id: string) {
  const read = () => stack.api.get(`${trainings}/${id}`);
  await waitFor(async () => (await read()).body.status !== 'running', 50_000);
  return (await read()).body;
}

const train = async () => ended(await post());

const live = async () => {
  const { body } = await stack.api.get('/api/admin/learning/evaluation');
  return body.version;
};

/** Bakeries and garages, of which each is met three times. */
const shops = (count: number, first = 0) =>
  Array.from({ length: count }, (_, place) => {
    const merchant = first + Math.floor(place / 3);
    return {
      merchantName: `${merchantName(90_000 + 31 * merchant)} ${merchant % 2 ? 'bakery' : 'garage'}`,
    };
  });
const isBakery = (place: number) => Math.floor(place / 3) % 2 === 1;

async function labelShops(count: number, first = 0) {
  const food = await insertCategory(database, `Food ${first}`, []);
  const cars = await insertCategory(database, `Cars ${first}`, []);
  const ids = await insertRows(database, shops(count, first));
  await label(database, ids, (place) => (isBakery(place) ? food : cars));
  return { food, cars, ids };
}

async function liveVersion() {
  const row = await database('learned_versions')
    .where({ id: await live() })
    .first('data');
  return decodeLearned(row.data);
}

describe('a training', () => {
  it('ends without a version while nobody has labelled a row', async () => {
    await insertRows(database, shops(10));
    expect(await train()).toMatchObject({
      status: 'completed',
      outcome: 'no_labels',
      labelled_row_count: 0,
      version: null,
      evaluation: null,
    });
    expect(await live()).toBeNull();
  });

  it('learns from the rows that people labelled, and its version goes live', async () => {
    const { food } = await labelShops(300);
    const training = await train();
    expect(training).toMatchObject({
      status: 'completed',
      outcome: 'live',
      labelled_row_count: 300,
      merchant_count: 100,
      failure_reason: null,
      requested_by: 'bootstrap',
    });
    const { overall, categorizers, categories, learning_curve } = training.evaluation;
    expect(overall.coverage).toBeGreaterThan(0.95);
    expect(overall.precision).toBeGreaterThan(0.95);
    expect(categorizers.map(({ name }: { name: string }) => name)).toEqual([
      'memory',
      'patterns',
      'model',
    ]);
    expect(categories).toContainEqual(
      expect.objectContaining({ category_id: food, category: 'Food 0', row_count: 150 }),
    );
    expect(learning_curve.map(({ row_count }: { row_count: number }) => row_count)).toEqual([
      37, 75, 150, 300,
    ]);
    expect(await live()).toBe(training.version);
    const { memory, model } = await liveVersion();
    expect(memory.recall(shops(4)[3]?.merchantName ?? '')?.categoryId).toBe(food);
    expect(model?.predict('zzyzx bakery', null)?.categoryId).toBe(food);
  });

  it('is not judged by rows that were accepted all at once, from which it learns too', async () => {
    await labelShops(60);
    const { ids } = await labelShops(30, 1_000);
    const [acceptance] = await database('acceptances')
      .insert({
        id: crypto.randomUUID(),
        status: 'completed',
        group_count: 2,
        first_transaction_id: 1,
        last_transaction_id: 1,
        next_transaction_id: 1,
        requested_by: 'nobody',
      })
      .returning('id');
    await database('labels')
      .whereIn('transaction_id', ids)
      .update({ acceptance_id: acceptance.id });
    expect(await train()).toMatchObject({
      labelled_row_count: 90,
      evaluation: { overall: { row_count: 60 } },
    });
    await database('acceptances').update({ group_count: 1 });
    await labelShops(3, 2_000);
    expect(await train()).toMatchObject({ evaluation: { overall: { row_count: 93 } } });
  });

  it('makes no second version of the same labels', async () => {
    await labelShops(60);
    const first = await train();
    expect(await train()).toMatchObject({ outcome: 'live', version: first.version });
    expect((await stack.api.get('/api/admin/learning/versions')).body).toMatchObject([
      { id: first.version, is_live: true, labelled_row_count: 60 },
    ]);
  });

  it('has every label that was committed before its request, also while another one runs', async () => {
    await labelShops(300);
    const first = await post();
    await waitFor(async () => (await stack.api.get(`${trainings}/${first}`)).body.started_at);
    await labelShops(30, 1_000);
    const later = [await post(), await post()];
    expect(await ended(first)).toMatchObject({ status: 'completed', outcome: 'live' });
    for (const id of later)
      expect(await ended(id)).toMatchObject({ outcome: 'live', labelled_row_count: 330 });
    // The second and the third request are one training.
    expect((await stack.api.get(trainings)).body).toHaveLength(2);
  });

  it('does not replace a good version by one of contradicting labels', async () => {
    const { food, cars } = await labelShops(600);
    const good = await train();
    const again = await insertRows(database, shops(600));
    await label(database, again, (place) => (isBakery(place) ? cars : food));
    const contradicted = await train();
    expect(contradicted).toMatchObject({ status: 'completed', outcome: 'worse' });
    expect(contradicted.version).not.toBe(good.version);
    expect(await live()).toBe(good.version);
  });

  it('does not replace a good version by one of labels at random', async () => {
    const { food, cars, ids } = await labelShops(600);
    const good = await train();
    await label(database, ids, (place) => ((place * 7) % 5 < 2 ? food : cars));
    expect(await train()).toMatchObject({ status: 'completed', outcome: 'worse' });
    expect(await live()).toBe(good.version);
  });

  it('replaces a version whose answers somebody has corrected since', async () => {
    const { food, cars } = await labelShops(600);
    // Met once each.
    const kiosks = await insertRows(
      database,
      Array.from({ length: 200 }, (_, place) => ({
        merchantName: `${merchantName(9_000_000 + 40_009 * place)} kiosk`,
      })),
    );
    await label(database, kiosks, () => food);
    const before = await train();
    // What a kiosk sells cannot be told from its name, so that the next version abstains.
    await label(database, kiosks, (place) => ((place * 7) % 5 < 2 ? food : cars));
    expect(await train()).toMatchObject({
      outcome: 'live',
      // The version before has learned all of these rows.
      evaluation: { later: { version: before.version, row_count: 0 } },
    });
  });

  it('replaces a version of easy rows by one that knows harder ones too', async () => {
    const { food, cars } = await labelShops(600);
    await train();
    // Met once each, with names that say nothing.
    const hard = await insertRows(
      database,
      Array.from({ length: 600 }, (_, place) => ({
        merchantName: merchantName(9_000_000 + 40_009 * place),
      })),
    );
    await label(database, hard, (place) => ((place * 7) % 5 < 2 ? food : cars));
    const harder = await train();
    expect(harder).toMatchObject({ outcome: 'live', labelled_row_count: 1_200 });
    expect(harder.evaluation.later).toMatchObject({ row_count: 600, version: expect.any(Number) });
  });

  it('remembers merchants if all labels have one category', async () => {
    const food = await insertCategory(database, 'Food', []);
    const ids = await insertRows(database, shops(30));
    await label(database, ids, () => food);
    expect(await train()).toMatchObject({ outcome: 'live', labelled_row_count: 30 });
    const { memory, model } = await liveVersion();
    expect(model).toBeNull();
    expect(memory.recall(shops(1)[0]?.merchantName ?? '')?.categoryId).toBe(food);
  });

  it('leaves out labels whose category was deleted', async () => {
    const { food, cars } = await labelShops(60);
    await deleteCategory(database, testActor, food);
    expect(await train()).toMatchObject({ outcome: 'live', labelled_row_count: 30 });
    const { memory } = await liveVersion();
    expect(memory.recall(shops(1)[0]?.merchantName ?? '')?.categoryId).toBe(cars);
  });

  it('knows what became of categories that were merged since the version before', async () => {
    const { food } = await labelShops(60);
    const before = await train();
    const meals = await insertCategory(database, 'Meals', []);
    await stack.api.post(`/api/admin/categories/${food}/merge`, { into_id: meals });
    const ids = await insertRows(
      database,
      shops(60).filter((_, place) => isBakery(place)),
    );
    await label(database, ids, () => meals);
    const after = await train();
    expect(after).toMatchObject({ outcome: 'live', labelled_row_count: 90 });
    expect(after.evaluation.later).toMatchObject({
      version: before.version,
      row_count: 30,
      right_count: 30,
    });
  });

  it('replaces a version that cannot be read', async () => {
    const { food, cars, ids } = await labelShops(600);
    await train();
    await database('learned_versions').update({ data: Buffer.from('of another release') });
    await label(database, ids, (place) => ((place * 7) % 5 < 2 ? food : cars));
    expect(await train()).toMatchObject({ outcome: 'live', evaluation: { later: null } });
  });

  it('learns from texts in any script, and of any length', async () => {
    const food = await insertCategory(database, 'Food', []);
    const fuel = await insertCategory(database, 'Fuel', []);
    const texts = [
      'кафе',
      '珈琲',
      'مقهى',
      'กาแฟ',
      '\u{1f950}',
      '\ufdfa'.repeat(100),
      'é'.repeat(1_999),
    ];
    const ids = await insertRows(
      database,
      texts.flatMap((merchant) => [
        { merchantName: merchant, description: merchant },
        { merchantName: `${merchant} 7`, description: 'x'.repeat(2_000) },
      ]),
    );
    await label(database, ids, (place) => (place % 4 < 2 ? food : fuel));
    expect(await train()).toMatchObject({ outcome: 'live', labelled_row_count: 14 });
    expect((await liveVersion()).memory.recall('КАФЕ 12')?.categoryId).toBe(food);
  });
});

describe('a version', () => {
  it('can be made live again, and the log says so', async () => {
    await labelShops(60);
    const first = await train();
    await labelShops(60, 1_000);
    const second = await train();
    expect(await live()).toBe(second.version);
    const path = `/api/admin/learning/versions/${first.version}/activate`;
    expect(await stack.api.post(path)).toMatchObject({
      status: 200,
      body: { id: first.version, is_live: true },
    });
    expect(await live()).toBe(first.version);
    const { body } = await stack.api.get('/api/admin/audit-log?resource=learned-versions');
    expect(body).toMatchObject([
      {
        action: 'activate',
        resource_id: String(first.version),
        before: { version: second.version },
        after: { version: first.version },
        still_exists: true,
      },
    ]);
    const missing = await stack.api.post('/api/admin/learning/versions/999999/activate');
    expect(missing.status).toBe(404);
  });

  it('is deleted once there are 30 newer ones, unless it is live', async () => {
    await labelShops(30);
    const { version } = await train();
    await database.raw(
      `INSERT INTO learned_versions (trained_at, labelled_row_count, merchant_count, evaluation, data, answers)
       SELECT trained_at, labelled_row_count, merchant_count, evaluation, '\\x00', answers
         FROM learned_versions, generate_series(1, 31) WHERE id = ?`,
      [version],
    );
    await train();
    const kept = await stack.api.get('/api/admin/learning/versions?_end=100');
    expect(kept.headers.get('x-total-count')).toBe('31');
    expect(kept.body.at(-1)).toMatchObject({ id: version, is_live: true });
  });
});

describe('the evaluation', () => {
  it('is empty while nothing was learned', async () => {
    expect((await stack.api.get('/api/admin/learning/evaluation')).body).toEqual({
      version: null,
      trained_at: null,
      labelled_row_count: null,
      merchant_count: null,
      target_precision: null,
      overall: null,
      categorizers: [],
      categories: [],
      learning_curve: [],
      costliest_merchants: [],
      later: null,
      prospective: { sampled: [], all: [], by_category: [] },
      shadow: [],
    });
    expect((await stack.api.get('/api/admin/learning/evaluation?version=7')).status).toBe(404);
    expect((await stack.api.get('/api/admin/learning/evaluation?version=x')).status).toBe(400);
  });
});
