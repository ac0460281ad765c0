import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  CategoryBody,
  CategoryExportBody,
  ImportedBody,
} from '../../../src/api/admin/categories/schema.ts';
import { patternSetVersion } from '../../../src/db/pattern-set.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const base = '/api/admin/categories';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.database.raw('TRUNCATE categories, category_patterns CASCADE');
});

const importBody = (body: unknown) => api.post<ImportedBody & Problem>(`${base}/import`, body);
const importCategories = (...categories: object[]) => importBody({ categories });
const exported = async () => (await api.get<CategoryExportBody>(`${base}/export`)).body;
const counts = (categories: number, patterns: number, unchanged: number) => ({
  categories_created: categories,
  patterns_created: patterns,
  unchanged,
});

describe('an import', () => {
  test('creates categories with their patterns', async () => {
    const { status, body } = await importCategories(
      { name: 'Groceries', color: '#2E7D32', patterns: ['walmart', 'Kroger'] },
      {
        name: 'Travel',
        patterns: [
          { pattern: 'uber', priority: -5 },
          { pattern: 'lyft' },
          { pattern: 'bus', match_mode: 'word' },
        ],
      },
      { name: 'Empty' },
    );
    expect([status, body]).toEqual([200, counts(3, 5, 0)]);
    expect((await exported()).categories).toEqual([
      { name: 'Empty', color: expect.stringMatching(/^#[0-9a-f]{6}$/), patterns: [] },
      { name: 'Groceries', color: '#2e7d32', patterns: ['Kroger', 'walmart'] },
      {
        name: 'Travel',
        color: expect.any(String),
        patterns: [
          { pattern: 'bus', match_mode: 'word' },
          'lyft',
          { pattern: 'uber', priority: -5 },
        ],
      },
    ]);
  });

  test('a second time changes nothing, and does not count up the pattern set', async () => {
    const categories = [{ name: 'Groceries', patterns: ['walmart', 'kroger'] }];
    await importCategories(...categories);
    const version = await patternSetVersion(api.database);
    expect((await importCategories(...categories)).body).toEqual(counts(0, 0, 3));
    expect(await patternSetVersion(api.database)).toBe(version);
  });

  test('leaves what exists as it is: names, colors, priorities, and where a pattern lives', async () => {
    await importCategories({
      name: 'Straße',
      color: '#111111',
      patterns: ['Uber', { pattern: 'maut', priority: 7 }],
    });
    const before = await exported();
    const { body } = await importCategories(
      { name: 'STRA\u1e9eE', color: '#222222', patterns: [{ pattern: 'UBER', priority: 9 }] },
      { name: 'Travel', patterns: ['  uber ', { pattern: 'Maut', priority: 1 }, 'lyft'] },
    );
    expect(body).toEqual(counts(1, 1, 4));
    const { categories } = await exported();
    expect(categories[0]).toEqual(before.categories[0]);
    expect(categories[1]).toMatchObject({ name: 'Travel', patterns: ['lyft'] });
  });

  test('adds to a category that exists', async () => {
    await importCategories({ name: 'Travel', patterns: ['uber'] });
    expect((await importCategories({ name: 'travel', patterns: ['lyft'] })).body).toEqual(
      counts(0, 1, 1),
    );
    expect((await exported()).categories[0]).toMatchObject({ patterns: ['lyft', 'uber'] });
  });

  test('counts repeats within the body as unchanged; the first one stands', async () => {
    const { body } = await importCategories(
      { name: 'A', color: '#111111', patterns: ['uber', 'UBER'] },
      { name: 'a', color: '#222222', patterns: ['uber', 'lyft'] },
      { name: 'B', patterns: [{ pattern: 'Lyft', priority: 3 }] },
    );
    expect(body).toEqual(counts(2, 2, 4));
    expect((await exported()).categories).toMatchObject([
      { name: 'A', color: '#111111', patterns: ['lyft', 'uber'] },
      { name: 'B', patterns: [] },
    ]);
  });

  test('tolerates other keys at the top, and none within', async () => {
    expect((await importBody({ version: 1, note: 'mine', categories: [] })).body).toEqual(
      counts(0, 0, 0),
    );
    const { status, body } = await importCategories({ name: 'A', colour: '#111111' });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/categories/0/colour']);
  });

  test('takes the starter categories as they are', async () => {
    const file = new URL('../../../samples/starter-categories.json', import.meta.url);
    const starter = JSON.parse(readFileSync(file, 'utf8'));
    const { status, body } = await importBody(starter);
    expect([status, body.unchanged]).toEqual([200, 0]);
    expect(body.categories_created).toBe(starter.categories.length);
  });

  test('stores nothing when one entry is bad, and names each bad one', async () => {
    const { status, body } = await importCategories(
      { name: 'Good', patterns: ['good'] },
      {
        name: ' ',
        patterns: [
          'fine',
          '',
          'NUL \0',
          7,
          { pattern: 'x', priority: 1001 },
          { pattern: 'y', match_mode: 'x' },
        ],
      },
      { name: 'Color', color: 'blue', patterns: 'no array' },
      'no object' as never,
    );
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual([
      '/categories/1/name',
      '/categories/1/patterns/1',
      '/categories/1/patterns/2',
      '/categories/1/patterns/3',
      '/categories/1/patterns/4/priority',
      '/categories/1/patterns/5',
      '/categories/2/color',
      '/categories/2/patterns',
      '/categories/3',
    ]);
    expect(await exported()).toEqual({ categories: [] });
  });

  test.each([
    ['no categories', {}, '/categories'],
    ['categories that are an object', { categories: {} }, '/categories'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await importBody(body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  test('may have 1,000 categories, and not one more', async () => {
    const categories = Array.from({ length: 1_001 }, (_, i) => ({ name: `Category ${i}` }));
    const { status, body } = await importCategories(...categories);
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
    expect((await importCategories(...categories.slice(1))).body).toEqual(counts(1_000, 0, 0));
  });

  test('may have 50,000 patterns, and not one more, within seconds', async () => {
    const patterns = Array.from({ length: 50_001 }, (_, i) => `a rather long pattern number ${i}`);
    const one = await importCategories({ name: 'One', patterns });
    expect([one.status, one.body.code]).toEqual([413, 'payload_too_large']);

    const startedAt = performance.now();
    const two = await importCategories(
      { name: 'One', patterns: patterns.slice(0, 25_000) },
      { name: 'Two', patterns: patterns.slice(25_000, 50_000) },
    );
    expect(two.body).toEqual(counts(2, 50_000, 0));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const list = await api.get<CategoryBody[]>(base);
    expect(list.body.map((category) => category.pattern_count)).toEqual([25_000, 25_000]);
  });

  test('may have 16 MiB, and not one byte more', async () => {
    const body = '{"categories":[]}'.padEnd(16 * 1024 * 1024, ' ');
    const send = (text: string) =>
      api.send<Problem>('POST', `${base}/import`, text, { 'Content-Type': 'application/json' });
    expect((await send(body)).status).toBe(200);
    const answer = await send(`${body} `);
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });
});

describe('imports at the same time', () => {
  const shuffled = (seed: number) =>
    Array.from({ length: 40 }, (_, i) => (i * (seed * 2 + 1)) % 40).map((i) => ({
      name: `Category ${i}`,
      patterns: Array.from({ length: 50 }, (_, j) => `pattern ${i} ${(j * 7 + seed) % 50}`),
    }));

  test('of the same in different orders create everything once', async () => {
    const answers = await Promise.all(
      [0, 1, 3, 4, 5, 6].map((seed) => importCategories(...shuffled(seed))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const sum = (key: keyof ImportedBody) =>
      answers.reduce((total, { body }) => total + body[key], 0);
    expect([sum('categories_created'), sum('patterns_created')]).toEqual([40, 2_000]);
    expect(sum('unchanged')).toBe(5 * 2_040);
  });

  test('with single creations and deletions end without an error', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `Category ${i}`);
    for (const name of names) await api.post(base, { name });
    const { body } = await api.get<CategoryBody[]>(base);
    const answers = await Promise.all([
      importCategories(...shuffled(1)),
      ...body.map(({ id }) => api.delete(`${base}/${id}`)),
      importCategories(...shuffled(3)),
      ...names.map((name) => api.post(base, { name: `${name} of another kind` })),
    ]);
    for (const { status } of answers) expect([200, 201, 204]).toContain(status);
  });
});

describe('imports beside deletions and mergers', () => {
  test('end without a deadlock, whichever comes first', async () => {
    const given = Array.from({ length: 12 }, (_, i) => ({
      name: `Category ${i}`,
      patterns: Array.from({ length: 30 }, (__, j) => `pattern ${i} ${j}`),
    }));
    for (let round = 0; round < 5; round++) {
      await importCategories(...given);
      const { body } = await api.get<CategoryBody[]>(base);
      const [first, ...others] = body;
      const again = given.map(({ name }, i) => ({
        name,
        patterns: [`round ${round} pattern ${i}`],
      }));
      const answers = await Promise.all([
        ...others.slice(0, 5).map(({ id }) => api.delete(`${base}/${id}`)),
        importCategories(...again),
        ...others.slice(5).map(({ id }) => api.post(`${base}/${id}/merge`, { into_id: first?.id })),
        importCategories(...again.toReversed()),
      ]);
      for (const { status } of answers) expect([200, 204]).toContain(status);
    }
  });
});

describe('an export', () => {
  test('of nothing is empty', async () => {
    expect(await exported()).toEqual({ categories: [] });
  });

  test('can be imported without a change, and restores what was lost', async () => {
    await importCategories(
      { name: 'Straße', color: '#123456', patterns: ['A\u00a0 b', 'İ', '"quoted"', '😀\n'] },
      { name: 'zoo', patterns: [{ pattern: 'Tiger', priority: 1000, match_mode: 'word' }] },
      { name: 'Ape', patterns: [{ pattern: 'ape', priority: -1000 }] },
    );
    const before = await exported();
    expect(before.categories.map(({ name }) => name)).toEqual(['Ape', 'Straße', 'zoo']);
    expect((await importBody(before)).body).toEqual(counts(0, 0, 9));
    expect(await exported()).toEqual(before);

    await api.database.raw('TRUNCATE categories, category_patterns CASCADE');
    expect((await importBody(before)).body).toEqual(counts(3, 6, 0));
    expect(await exported()).toEqual(before);
  });
});
