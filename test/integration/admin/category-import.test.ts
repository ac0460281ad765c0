import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import type {
  CategoryBody,
  CategoryExportBody,
  ImportedBody,
  ImportPreviewBody,
} from '../../../src/api/admin/categories/schema.ts';
import { patternSetVersion } from '../../../src/db/categories/pattern-set.ts';
import { normalizeText } from '../../../src/domain/normalize-text.ts';
import { addKey } from '../../helpers/add-key.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const base = '/api/admin/categories';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
});

const importBody = (body: unknown) => api.post<ImportedBody & Problem>(`${base}/import`, body);
const importCategories = (...categories: object[]) => importBody({ categories });
const exported = async (headers = {}) =>
  (await api.get<CategoryExportBody>(`${base}/export`, headers)).body;
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
    const patterns = Array.from({ length: 50_001 }, (_, i) => `pattern number ${i}`);
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

describe('the preview of an import', () => {
  const preview = (body: unknown) =>
    api.post<ImportPreviewBody & Problem>(`${base}/import?dry_run=true`, body);

  beforeEach(async () => {
    await importCategories(
      { name: 'Travel', patterns: ['Uber'] },
      { name: 'Groceries', patterns: ['walmart'] },
    );
  });

  test('names what would be created, what exists, and where', async () => {
    const { status, body } = await preview({
      categories: [
        { name: 'TRAVEL', patterns: ['uber', 'lyft', ' Walmart'] },
        { name: 'Food', patterns: ['LYFT', 'deli', 'Deli'] },
        { name: 'Empty' },
      ],
    });
    const entry = (
      category: string,
      pattern: string,
      outcome: string,
      in_category: string | null,
    ) => ({ category, pattern, outcome, in_category });
    expect([status, body]).toEqual([
      200,
      {
        ...counts(2, 2, 5),
        categories: ['Food', 'Empty'],
        patterns: [
          entry('TRAVEL', 'uber', 'exists', 'Travel'),
          entry('TRAVEL', 'lyft', 'create', null),
          entry('TRAVEL', ' Walmart', 'exists_elsewhere', 'Groceries'),
          entry('Food', 'LYFT', 'exists_elsewhere', 'TRAVEL'),
          entry('Food', 'deli', 'create', null),
          entry('Food', 'Deli', 'exists', 'Food'),
        ],
      },
    ]);
  });

  test('changes nothing and leaves no trace', async () => {
    const version = await patternSetVersion(api.database);
    const before = await exported();
    // The exports that this test compares are entries too.
    const changes = async () =>
      (await api.get<AuditEntryBody[]>('/api/admin/audit-log')).body.filter(
        ({ action }) => !action.endsWith('export'),
      );
    const changesBefore = await changes();
    await preview({ categories: [{ name: 'New', patterns: ['new one'] }] });
    expect([await exported(), await patternSetVersion(api.database), await changes()]).toEqual([
      before,
      version,
      changesBefore,
    ]);
  });

  test('lists the first 1,000 entries, and counts all', async () => {
    const categories = Array.from({ length: 1_000 }, (_, i) => ({
      name: `Category ${i}`,
      patterns: [`pattern ${i} a`, `pattern ${i} b`],
    }));
    const { body } = await preview({ categories: [...categories] });
    expect(body).toMatchObject(counts(1_000, 2_000, 0));
    expect([body.categories.length, body.patterns.length]).toEqual([1_000, 1_000]);
  });

  test('says what the import then does', async () => {
    const word = fc.constantFrom('Uber', 'uber', 'UBER ', 'lyft', 'Walmart', 'deli', 'new');
    const categories = fc.array(
      fc.record({
        name: fc.constantFrom('Travel', 'travel', 'Groceries', 'Food', 'food'),
        patterns: fc.array(word, { maxLength: 4 }),
      }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(categories, async (given) => {
        const said = (await preview({ categories: given })).body;
        const { body: done } = await importCategories(...given);
        const { categories: names, patterns, ...saidCounts } = said;
        expect(saidCounts).toEqual(done);
        expect(names.length).toBe(done.categories_created);
        expect(patterns.filter(({ outcome }) => outcome === 'create').length).toBe(
          done.patterns_created,
        );
      }),
      { numRuns: 30 },
    );
  });

  test.each(['', 'yes', '1', 'TRUE'])('refuses dry_run=%s', async (value) => {
    const { status, body } = await api.post<Problem>(`${base}/import?dry_run=${value}`, {
      categories: [],
    });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/dry_run']);
  });
});

describe('a CSV file', () => {
  const send = (text: string, query = '') =>
    api.send<ImportPreviewBody & Problem>('POST', `${base}/import${query}`, text, {
      'Content-Type': 'text/csv; charset=utf-8',
    });
  const exportedCsv = async (headers = { Authorization: `Bearer ${api.key}` }) => {
    return (await fetch(`${api.url}${base}/export.csv`, { headers })).text();
  };

  test('is imported, a line a pattern, a category alone without one', async () => {
    const { status, body } = await send(
      [
        'Category,pattern,priority,match_mode,color',
        'Travel,uber,5,word,#1565C0',
        '"Food, drink","say ""deli"" ",-5,,',
        'Travel,"=SUM(1,2)",,,',
        ',,,,',
        '',
        'Empty,,,,',
      ].join('\n'),
    );
    expect([status, body]).toEqual([200, counts(3, 3, 0)]);
    expect((await exported()).categories).toEqual([
      { name: 'Empty', color: expect.any(String), patterns: [] },
      {
        name: 'Food, drink',
        color: expect.any(String),
        patterns: [{ pattern: 'say "deli" ', priority: -5 }],
      },
      {
        name: 'Travel',
        color: '#1565c0',
        patterns: ['=SUM(1,2)', { pattern: 'uber', priority: 5, match_mode: 'word' }],
      },
    ]);
  });

  test('needs no more than categories and patterns, in any order, with any end of line', async () => {
    const { body } = await send('\ufeffpattern,category\r\nuber,Travel\r\nlyft,Travel');
    expect(body).toEqual(counts(1, 2, 0));
  });

  test('can be tried first', async () => {
    const { body } = await send('category,pattern\nTravel,uber\n', '?dry_run=true');
    expect(body).toEqual({
      ...counts(1, 1, 0),
      categories: ['Travel'],
      patterns: [{ category: 'Travel', pattern: 'uber', outcome: 'create', in_category: null }],
    });
    expect(await exported()).toEqual({ categories: [] });
  });

  test('is refused as a whole, with the line of each error', async () => {
    const { status, body } = await send(
      [
        'category,pattern,priority,match_mode',
        'Good,good,0,contains',
        ',lost,0,contains',
        'A,"of two',
        'lines",high,',
        'A,b,1001,some',
        'A,b,0,word,more',
      ].join('\n'),
    );
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.detail).toBe('The CSV file is not valid, first in line 3: category is required.');
    expect(body.errors?.map(({ line, pointer }) => [line, pointer])).toEqual([
      [3, '/category'],
      [5, '/priority'],
      [6, '/priority'],
      [6, '/match_mode'],
      [7, '/more cells'],
    ]);
    expect(await exported()).toEqual({ categories: [] });
  });

  test.each([
    ['an empty file', '', 1, '/category'],
    ['a header without patterns', 'category\nA\n', 1, '/pattern'],
    ['an unknown column', 'category,pattern,colour\n', 1, '/colour'],
    ['a column twice', 'category,pattern,category\n', 1, '/category'],
    ['a quotation mark that stays open', 'category,pattern\nA,b\nA,"c\n', 3, ''],
    ['text behind a quotation mark', 'category,pattern\nA,"b"c\n', 2, ''],
    ['a quotation mark in between', 'category,pattern\nA,b"c\n', 2, ''],
  ])('refuses %s', async (_, text, line, pointer) => {
    const { status, body } = await send(text);
    expect([status, body.errors?.[0]?.line, body.errors?.[0]?.pointer]).toEqual([
      400,
      line,
      pointer,
    ]);
  });

  test('may have 50,000 patterns, and not one more', async () => {
    const lines = Array.from({ length: 50_001 }, (_, i) => `One,pattern number ${i}\n`);
    const answer = await send(`category,pattern\n${lines.join('')}`, '?dry_run=true');
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
    const { body } = await send(`category,pattern\n${lines.slice(1).join('')}`, '?dry_run=true');
    expect(body).toMatchObject(counts(1, 50_000, 0));
  });

  test('of an export holds no formula, and restores everything', async () => {
    const awkward = [
      '=1+1',
      "'=1+1",
      '+a',
      '-b',
      '@c',
      "'quoted",
      '"a,b"',
      'two\r\nlines',
      '\n@',
      '＝d',
      '\u3000＠e',
      'x;=1+1',
      ' c ',
    ];
    const part = fc.oneof(
      fc.constantFrom(...awkward),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom("'", '=', '-', '"', ',', '\n', '\r', '\t', ' ', 'a') }),
    );
    const text = fc
      .tuple(part, fc.constantFrom('', 'x', 'y'))
      .map((parts) => parts.join(''))
      .filter(
        (given) => normalizeText(given) !== '' && !given.includes('\0') && given.isWellFormed(),
      );
    const pattern = fc.record({
      pattern: text,
      priority: fc.integer({ min: -1_000, max: 1_000 }),
      match_mode: fc.constantFrom('contains', 'word'),
    });
    const categories = fc.array(
      fc.record({
        name: text,
        color: fc.constantFrom('#123456', '#abcdef'),
        patterns: fc.array(pattern, { maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(categories, async (given) => {
        await emptyTables(api.database);
        expect((await importCategories(...given)).status).toBe(200);
        // One key has so many exports a minute.
        const exporter = await addKey(api, 'exporter', ['admin']);
        const [before, csv] = [await exported(exporter), await exportedCsv(exporter)];
        for (const [name, pattern] of parse(csv))
          expect([name, pattern]).not.toContainEqual(expect.stringMatching(/^\s*[=+\-@＝＋－＠]/));
        await emptyTables(api.database);
        expect((await send(csv)).status).toBe(200);
        expect(await exported(exporter)).toEqual(before);
      }),
      {
        numRuns: 60,
        examples: [
          [
            awkward.map((name) => ({
              name,
              color: '#123456',
              patterns: [{ pattern: name, priority: 0, match_mode: 'contains' }],
            })),
          ],
        ],
      },
    );
  }, 60_000);

  test('of an export is a file to be saved', async () => {
    const { headers } = await api.get(`${base}/export.csv`);
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'text/csv; charset=utf-8',
      expect.stringMatching(/^attachment; filename="categories-\d{4}-\d\d-\d\d\.csv"$/),
    ]);
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

test('an import waits until the one before it of the same key is whole, and holds up no other key', async () => {
  const [one, other] = [await addKey(api, 'one', ['admin']), await addKey(api, 'other', ['admin'])];
  const body = JSON.stringify({ categories: [] });
  const type = { 'Content-Type': 'application/json' };
  const send = (headers: { Authorization: string }) =>
    api.send('POST', `${base}/import`, body, { ...type, ...headers });
  const sending = request(`${api.url}${base}/import`, {
    method: 'POST',
    headers: { ...type, ...one, 'Content-Length': body.length },
  });
  const answer = once(sending, 'response');
  sending.write(body.slice(0, 1));
  await waitFor(async () => {
    const key = await api.database('api_keys').where({ name: 'one' }).first('last_used_at');
    return key.lastUsedAt !== null;
  });
  let isSecondDone = false;
  const second = send(one).finally(() => {
    isSecondDone = true;
  });
  for (let time = 0; time < 5; time++) expect((await send(other)).status).toBe(200);
  expect(isSecondDone).toBe(false);
  sending.end(body.slice(1));
  const [first] = await answer;
  first.resume();
  expect([first.statusCode, (await second).status]).toEqual([200, 200]);
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

    await emptyTables(api.database);
    expect((await importBody(before)).body).toEqual(counts(3, 6, 0));
    expect(await exported()).toEqual(before);
  });
});
