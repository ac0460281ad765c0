import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CategoryBody } from '../../../src/api/admin/categories/schema.ts';
import type { AdminTransactionBody } from '../../../src/api/admin/transactions/schema.ts';
import type { BatchBody } from '../../../src/api/batches/schema.ts';
import {
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

const base = '/api/admin/categories';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
});

const create = (body: object) => api.post<CategoryBody & Problem>(base, body);
const list = (query: string) => api.get<CategoryBody[] & Problem>(`${base}?${query}`);

async function createId(name: string): Promise<number> {
  return (await create({ name })).body.id;
}

/** Rows of a batch, each completed with the category of its place (null for none). */
async function completedBatch(categoryIds: (number | null)[]): Promise<string> {
  const rows = categoryIds.map(() => makeTransaction());
  const batch = await insertCompletedBatch(
    api.database,
    rows,
    (row) => categoryIds[rows.indexOf(row)] ?? null,
  );
  return batch.id;
}

const getBatch = async (id: string) =>
  (await api.get<BatchBody>(`/api/integrations/batches/${id}`)).body;

describe('creating', () => {
  test('answers 201 with the category and where it is', async () => {
    const { status, headers, body } = await create({ name: 'Groceries', color: '#2E7D32' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${base}/${body.id}`);
    expect(body).toEqual({
      id: expect.any(Number),
      name: 'Groceries',
      color: '#2e7d32',
      pattern_count: 0,
      transaction_count: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: body.created_at,
    });
    expect((await api.get(`${base}/${body.id}`)).body).toEqual(body);
  });

  test('chooses a color by the name, the same for every spelling', async () => {
    const { body } = await create({ name: 'Dining out' });
    expect(body.color).toMatch(/^#[0-9a-f]{6}$/);
    await api.delete(`${base}/${body.id}`);
    expect((await create({ name: 'DINING  OUT' })).body.color).toBe(body.color);
  });

  test.each([
    ['Groceries', 'gROCERIES'],
    ['Groceries', ' Groceries '],
    ['Straße', 'STRA\u1e9eE'],
    ['\u0130stanbul', 'i\u0307STANBUL'],
    ['Caf\u00e9', 'CAFE\u0301'],
    ['Office', 'O\ufb03ce'],
    ['ΟΔΟΣ', 'οδος'],
    ['🏠 Rent', '🏠\u00a0RENT'],
  ])('takes %j and %j for the same name', async (first, second) => {
    expect((await create({ name: first })).status).toBe(201);
    const { status, body } = await create({ name: second });
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([409, 'conflict', '/name']);
  });

  test.each([
    ['Straße', 'Strasse'],
    ['Istanbul', 'İstanbul'],
    ['Cafe', 'Café'],
  ])('takes %j and %j for two names', async (first, second) => {
    expect((await create({ name: first })).status).toBe(201);
    expect((await create({ name: second })).status).toBe(201);
  });

  test('gives a name back as it was written', async () => {
    const name = `=1+1 "x" 'y' <b>\t😀 ‏עברית;--`;
    const { body } = await create({ name });
    expect((await api.get<CategoryBody>(`${base}/${body.id}`)).body.name).toBe(name);
  });

  test('takes a name of 100 characters and none of 101, however many code units they have', async () => {
    expect((await create({ name: '😀'.repeat(100) })).status).toBe(201);
    const { status, body } = await create({ name: '😀'.repeat(101) });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/name']);
  });

  test('refuses a name that is short only before it is normalised', async () => {
    const { status, body } = await create({ name: '\ufdfa'.repeat(100) });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/name']);
  });

  test.each([
    ['a missing name', {}, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a blank name', { name: ' \t\u3000' }, '/name'],
    ['NUL in a name', { name: 'a\0b' }, '/name'],
    ['a lone surrogate in a name', { name: 'a\ud83d' }, '/name'],
    ['a name that is a number', { name: 5 }, '/name'],
    ['a color by name', { name: 'x', color: 'red' }, '/color'],
    ['a short color', { name: 'x', color: '#abc' }, '/color'],
    ['a color with more behind it', { name: 'x', color: '#aabbcc\n' }, '/color'],
    ['a color that is null', { name: 'x', color: null }, '/color'],
    ['an unknown field', { name: 'x', id: 7 }, '/id'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await create(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('changing', () => {
  test('changes what is sent, and nothing else', async () => {
    const { body: before } = await create({ name: 'Travel', color: '#000000' });
    const { status, body } = await api.patch<CategoryBody>(`${base}/${before.id}`, {
      color: '#FFFFFF',
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, color: '#ffffff', updated_at: expect.any(String) });
    expect(body.updated_at > before.updated_at).toBe(true);
  });

  test('renames, also to another spelling of the same name', async () => {
    const id = await createId('Travel');
    expect((await api.patch<CategoryBody>(`${base}/${id}`, { name: 'TRAVEL' })).body.name).toBe(
      'TRAVEL',
    );
    expect((await create({ name: 'travel' })).status).toBe(409);
  });

  test('frees the old name', async () => {
    const id = await createId('Travel');
    await api.patch(`${base}/${id}`, { name: 'Trips' });
    expect((await create({ name: 'travel' })).status).toBe(201);
  });

  test('refuses the name of another category', async () => {
    await createId('Travel');
    const id = await createId('Trips');
    const { status, body } = await api.patch<Problem>(`${base}/${id}`, { name: 'tRAVEL' });
    expect([status, body.errors?.[0]?.pointer]).toEqual([409, '/name']);
  });
});

test.each(['0', '2147483648', '9999999999999999999', '-1', '1.5', 'x', '01', '%00', '999999'])(
  'there is no category %s',
  async (id) => {
    expect((await api.get(`${base}/${id}`)).status).toBe(404);
    expect((await api.patch(`${base}/${id}`, { color: '#000000' })).status).toBe(404);
    expect((await api.delete(`${base}/${id}`)).status).toBe(404);
  },
);

describe('deleting', () => {
  test('deletes its patterns, and uncategorizes its rows without losing them', async () => {
    const [doomed, kept] = [await createId('Doomed'), await createId('Kept')];
    await api.post('/api/admin/category-patterns', { category_id: doomed, pattern: 'doom' });
    const first = await completedBatch([doomed, doomed, kept, null]);
    const second = await completedBatch([doomed]);
    expect((await getBatch(first)).categorized_count).toBe(3);

    expect((await api.delete(`${base}/${doomed}`)).status).toBe(204);

    expect((await api.get(`${base}/${doomed}`)).status).toBe(404);
    expect(await getBatch(first)).toMatchObject({ categorized_count: 1, uncategorized_count: 3 });
    expect(await getBatch(second)).toMatchObject({ categorized_count: 0, uncategorized_count: 1 });
    const rows = await api.get<AdminTransactionBody[]>('/api/admin/transactions?_sort=id');
    expect(rows.body.map((row) => [row.category_id, row.category_source])).toEqual([
      [null, null],
      [null, null],
      [kept, 'pattern'],
      [null, null],
      [null, null],
    ]);
    expect(await api.database('category_patterns')).toEqual([]);
  });

  test('a second time is a 404', async () => {
    const id = await createId('Once');
    expect((await api.delete(`${base}/${id}`)).status).toBe(204);
    expect((await api.delete(`${base}/${id}`)).status).toBe(404);
  });

  test('many at once, of rows of the same batches, leaves the counts right', async () => {
    const ids: number[] = [];
    for (let i = 0; i < 8; i++) ids.push(await createId(`Category ${i}`));
    const batches: string[] = [];
    for (let i = 0; i < 10; i++) batches.push(await completedBatch([...ids, ...ids]));
    const answers = await Promise.all(ids.slice(1).map((id) => api.delete(`${base}/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual(ids.slice(1).map(() => 204));
    for (const id of batches) expect((await getBatch(id)).categorized_count).toBe(2);
  });
});

describe('the list', () => {
  test('counts patterns and rows of each, rows of whatever status', async () => {
    const [one, two] = [await createId('One'), await createId('Two')];
    await api.post('/api/admin/category-patterns', { category_id: one, pattern: 'p1' });
    await api.post('/api/admin/category-patterns', { category_id: one, pattern: 'p2' });
    await completedBatch([one, one, two]);
    await completedBatch([one]);
    const open = await insertTestBatch(api.database, [makeTransaction()]);
    await api.patch(`/api/admin/transactions/${open.firstTransactionId}`, { category_id: two });
    const counts = (rows: CategoryBody[]) =>
      rows.map((row) => [row.name, row.pattern_count, row.transaction_count]);
    expect(counts((await list('')).body)).toEqual([
      ['One', 2, 3],
      ['Two', 0, 2],
    ]);
    expect(counts((await list('_sort=transaction_count')).body)).toEqual([
      ['Two', 0, 2],
      ['One', 2, 3],
    ]);
    expect((await api.get<CategoryBody>(`${base}/${one}`)).body.transaction_count).toBe(3);
  });

  describe('of several', () => {
    beforeEach(async () => {
      for (const name of ['banana', 'Apple', 'cherry', 'Ångström', 'apple pie'])
        await create({ name, color: name === 'cherry' ? '#ff0000' : '#00ff00' });
    });
    const names = async (query: string) => (await list(query)).body.map(({ name }) => name);

    test('is in the order of their ids by default', async () => {
      expect(await names('')).toEqual(['banana', 'Apple', 'cherry', 'Ångström', 'apple pie']);
    });

    test('sorts by name without regard to case', async () => {
      const sorted = ['Apple', 'apple pie', 'banana', 'cherry', 'Ångström'];
      expect(await names('_sort=name&_order=asc')).toEqual(sorted);
      expect(await names('_sort=name&_order=desc')).toEqual(sorted.reverse());
    });

    test('sorts by several fields', async () => {
      expect(await names('_sort=pattern_count,name&_order=desc,asc')).toEqual([
        'Apple',
        'apple pie',
        'banana',
        'cherry',
        'Ångström',
      ]);
    });

    test('pages, and tells the total', async () => {
      const { headers, body } = await list('_sort=name&_start=1&_end=3');
      expect(body.map(({ name }) => name)).toEqual(['apple pie', 'banana']);
      expect(headers.get('x-total-count')).toBe('5');
      const beyond = await list('_start=100&_end=110');
      expect([beyond.body, beyond.headers.get('x-total-count')]).toEqual([[], '5']);
    });

    test('searches names without regard to case, wildcards standing for themselves', async () => {
      expect(await names('q=APPLE')).toEqual(['Apple', 'apple pie']);
      expect(await names('q=%C3%A5NGSTR')).toEqual(['Ångström']);
      expect(await names('q=%25')).toEqual([]);
      expect(await names('q=_')).toEqual([]);
      expect((await list('q=apple&_end=1')).headers.get('x-total-count')).toBe('2');
    });

    test('filters', async () => {
      expect(await names('name=cherry')).toEqual(['cherry']);
      expect(await names('name=cherry&name=banana')).toEqual(['banana', 'cherry']);
      expect(await names('name_ne=cherry&name_ne=banana&color=%2300ff00')).toEqual([
        'Apple',
        'Ångström',
        'apple pie',
      ]);
      expect(await names('name_like=PPLE')).toEqual(['Apple', 'apple pie']);
    });

    test('gives those of certain ids, however many', async () => {
      const ids = (await list('')).body.map(({ id }) => id);
      const query = [...ids, ...Array(30).fill(2_000_000_000)].map((id) => `id=${id}`).join('&');
      expect((await list(query)).body.length).toBe(5);
    });
  });

  test.each([
    ['_sort=normalized_name', '/_sort'],
    ['_sort=name;drop', '/_sort'],
    ['_sort=name&_order=up', '/_order'],
    ['_sort=name&_order=asc,asc', '/_order'],
    ['_start=-1', '/_start'],
    ['_start=5&_end=4', '/_end'],
    ['_end=501', '/_end'],
    ['_start=1&_end=502', '/_end'],
    ['_end=1&_end=2', '/_end'],
    ['normalized_name=x', '/normalized_name'],
    ['color_like=x', '/color_like'],
    ['id=x', '/id'],
    ['id=2147483648', '/id'],
    ['q=%00', '/q'],
    ['q=a&q=b', '/q'],
  ])('refuses ?%s', async (query, pointer) => {
    const { status, body } = await list(query);
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([
      400,
      'invalid_request',
      pointer,
    ]);
  });

  test('gives up to 500 entries a page', async () => {
    const categories = Array.from({ length: 501 }, (_, i) => ({ name: `Category ${i}` }));
    await api.post(`${base}/import`, { categories });
    expect((await list('')).body.length).toBe(25);
    const { headers, body } = await list('_start=1&_end=501');
    expect([body.length, headers.get('x-total-count')]).toEqual([500, '501']);
  });
});
