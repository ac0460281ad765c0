import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PatternTestResultBody } from '../../../src/api/admin/category-patterns/match-schema.ts';
import type {
  PatternPreviewBody,
  PatternPreviewRequest,
} from '../../../src/api/admin/category-patterns/preview-schema.ts';
import type { TransactionExplanationBody } from '../../../src/api/admin/transactions/explanation-schema.ts';
import {
  bruteForceMatch,
  toNormalizedPattern,
  toNormalizedText,
} from '../../../src/categorization/brute-force-match.ts';
import { listPatternTexts } from '../../../src/db/categories/list-pattern-texts.ts';
import { completeTransactions } from '../../../src/db/transactions/complete-transactions.ts';
import { normalizeText } from '../../../src/domain/normalize-text.ts';
import {
  insertCategory,
  insertTestBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { createTestChain } from '../../helpers/test-chain.ts';
import { emptyTables } from '../../helpers/test-database.ts';

let api: TestApi;
let travel: number;
let groceries: number;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
  travel = await insertCategory(api.database, 'Travel', ['uber', 'uber eats']);
  groceries = await insertCategory(api.database, 'Groceries', ['tesco']);
});

/** Stores rows of these merchants, categorized as patterns are now. Returns their ids. */
async function insertProcessed(...merchants: string[]): Promise<number[]> {
  const batch = await insertTestBatch(
    api.database,
    merchants.map((merchantName) => makeTransaction({ merchantName })),
  );
  const first = batch.firstTransactionId as number;
  const { matches } = await createTestChain(api.database, api.cache).decide(
    merchants.map((merchantName) => ({ merchantName, description: null })),
  );
  const ids = merchants.map((_, index) => first + index);
  await completeTransactions(
    api.database,
    [batch.id],
    ids.map((id, index) => ({ id, match: matches[index] ?? null })),
  );
  return ids;
}

const patternId = async (pattern: string): Promise<number> =>
  (await api.get(`/api/admin/category-patterns?pattern=${encodeURIComponent(pattern)}`)).body[0].id;

describe('trying a text', () => {
  const tryText = (body: unknown) =>
    api.post<PatternTestResultBody & Problem>('/api/admin/category-patterns/test', body);

  test('names the winner, and what the others lose by', async () => {
    const { status, body } = await tryText({ merchant_name: 'UBER EATS 12', description: 'Tesco' });
    expect(status).toBe(200);
    expect(body.winner).toEqual({
      pattern_id: await patternId('uber eats'),
      pattern: 'uber eats',
      category_id: travel,
      category: 'Travel',
      priority: 0,
      match_mode: 'contains',
      field: 'merchant_name',
      direction: 'pattern_in_text',
      span: { start: 0, end: 9 },
    });
    expect(body.others.map(({ pattern, loses_by }) => [pattern, loses_by])).toEqual([
      ['uber', 'length'],
      ['tesco', 'field'],
    ]);
  });

  test('knows a pattern from the moment it is saved', async () => {
    await api.post('/api/admin/category-patterns', { category_id: groceries, pattern: 'aldi' });
    expect((await tryText({ merchant_name: 'ALDI' })).body.winner?.pattern).toBe('aldi');
  });

  test.each([
    [{}, null],
    [{ merchant_name: null, description: '' }, null],
    [{ merchant_name: 'nothing known' }, null],
  ])('finds nothing for %j', async (body, winner) => {
    expect((await tryText(body)).body).toEqual({ winner, others: [] });
  });

  test.each([
    [{ merchant_name: 1 }, '/merchant_name'],
    [{ description: 'x'.repeat(2001) }, '/description'],
    [{ description: '\0' }, '/description'],
    [{ text: 'x' }, '/text'],
  ])('refuses a bad field (%#)', async (body, pointer) => {
    const answer = await tryText(body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});

describe('the explanation of a transaction', () => {
  const explain = (id: number) =>
    api.get<TransactionExplanationBody & Problem>(`/api/admin/transactions/${id}/explanation`);

  test('shows the pattern that gave the category, and that it would win again', async () => {
    const [id = 0] = await insertProcessed('UBER TRIP');
    const { body } = await explain(id);
    expect(body).toMatchObject({
      category_source: 'pattern',
      set_by_hand: null,
      stored_pattern: { pattern: 'uber', state: 'wins', deleted: null },
      winner: { pattern: 'uber', span: { start: 0, end: 4 } },
      others: [],
      would_be: { category_id: travel, category: 'Travel' },
    });
  });

  test('says that another pattern would win now, or that the pattern was changed or deleted', async () => {
    const [id = 0] = await insertProcessed('UBER TRIP');
    const uber = await patternId('uber');
    const state = async () => (await explain(id)).body.stored_pattern;

    const { body: better } = await api.post('/api/admin/category-patterns', {
      category_id: groceries,
      pattern: 'uber trip',
    });
    expect(await state()).toMatchObject({ pattern: 'uber', state: 'outranked' });
    expect((await explain(id)).body.would_be?.category).toBe('Groceries');
    await api.delete(`/api/admin/category-patterns/${better.id}`);

    await api.patch(`/api/admin/category-patterns/${uber}`, { pattern: 'uber ride' });
    expect(await state()).toMatchObject({ pattern: 'uber ride', state: 'changed' });
    await api.patch(`/api/admin/category-patterns/${uber}`, {
      pattern: 'uber',
      category_id: groceries,
    });
    expect(await state()).toMatchObject({ state: 'changed' });

    await api.delete(`/api/admin/category-patterns/${uber}`);
    expect(await state()).toEqual({
      pattern_id: uber,
      pattern: 'uber',
      state: 'deleted',
      deleted: { by: expect.any(String), at: expect.any(String) },
    });
    expect((await explain(id)).body.would_be).toBeNull();
  });

  test('says by whom and when it was set by hand, and what patterns would say', async () => {
    const [id = 0] = await insertProcessed('UBER TRIP');
    await api.patch(`/api/admin/transactions/${id}`, { category_id: groceries });
    const { body } = await explain(id);
    expect(body).toMatchObject({
      category_source: 'manual',
      set_by_hand: { by: expect.any(String), at: expect.any(String) },
      stored_pattern: null,
      would_be: { category: 'Travel' },
    });
  });

  test.each(['0', 'x', '999999'])('of %s is a 404', async (id) => {
    expect((await api.get(`/api/admin/transactions/${id}/explanation`)).status).toBe(404);
  });
});

describe('the preview of a pattern', () => {
  const preview = (body: PatternPreviewRequest) =>
    api.post<PatternPreviewBody & Problem>('/api/admin/category-patterns/preview', body);
  /** `from → to: count` */
  const moves = ({ body }: { body: PatternPreviewBody }) =>
    body.moves.map(
      ({ from, to, transaction_count }) =>
        `${from?.name ?? 'none'} → ${to?.name ?? 'none'}: ${transaction_count}`,
    );

  test('says that it is not complete when its time runs out', async () => {
    await insertProcessed('ALDI 1');
    const holder = await api.database.transaction();
    try {
      await holder.raw('LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE');
      const { status, body } = await preview({ pattern: 'aldi', category_id: travel });
      expect([status, body.is_complete, body.matched_count, body.moves]).toEqual([
        200,
        false,
        0,
        [],
      ]);
    } finally {
      await holder.rollback();
    }
  }, 30_000);

  test('of a change counts what it wins, and what goes to the next pattern', async () => {
    const [pattern] = (await api.get('/api/admin/category-patterns?pattern=uber eats')).body;
    await insertProcessed('UBER EATS 1', 'uber 2', 'tesco 3');
    const answer = await preview({
      id: pattern.id,
      pattern: 'tesco',
      category_id: travel,
      priority: 5,
    });
    expect(moves(answer)).toEqual(['Groceries → Travel: 1']);
    const removed = await preview({ id: pattern.id, pattern: 'elsewhere', category_id: groceries });
    expect(moves(removed)).toEqual([]);
  });

  test('counts what a new pattern would move, by where from, with samples', async () => {
    const ids = await insertProcessed('ALDI 1', 'aldi 2', 'Aldi 2', 'TESCO ALDI', 'other');
    const answer = await preview({ pattern: 'aldi', category_id: travel, priority: 1 });
    expect(answer.status).toBe(200);
    expect(moves(answer)).toEqual(['none → Travel: 3', 'Groceries → Travel: 1']);
    expect(answer.body).toMatchObject({
      matched_count: 4,
      kept_manual_count: 0,
      is_complete: true,
    });
    expect(answer.body.moves[1]?.samples).toEqual([
      {
        id: ids[3],
        merchant_name: 'TESCO ALDI',
        description: null,
        amount: '-1.00',
        currency: 'USD',
        date: '2026-01-15',
      },
    ]);
    expect(answer.body.moves[0]?.samples).toHaveLength(3);
  });

  test('leaves alone what another pattern wins, what is there already, and what a hand set', async () => {
    const [id = 0] = await insertProcessed('ALDI', 'UBER ALDI', 'UBER EATS ALDI');
    await api.patch(`/api/admin/transactions/${id}`, { category_id: groceries });
    const answer = await preview({ pattern: 'aldi', category_id: travel });
    expect(moves(answer)).toEqual([]);
    expect(answer.body).toMatchObject({ matched_count: 3, kept_manual_count: 1 });
    expect(moves(await preview({ pattern: 'aldi', category_id: groceries }))).toEqual([]);
    expect(moves(await preview({ pattern: 'aldi', category_id: groceries, priority: 1 }))).toEqual([
      'Travel → Groceries: 2',
    ]);
  });

  test('counts whole words only where these are asked for', async () => {
    await insertProcessed('PUBLIC LIBRARY', 'THE PUB');
    const pattern = { pattern: 'pub', category_id: travel };
    expect(moves(await preview(pattern))).toEqual(['none → Travel: 2']);
    expect(moves(await preview({ ...pattern, match_mode: 'word' }))).toEqual(['none → Travel: 1']);
  });

  test('of a change counts also what leaves the pattern, and goes to the next', async () => {
    await insertProcessed('UBER EATS', 'UBER TRIP', 'UBER EATS TESCO');
    const id = await patternId('uber eats');
    expect(
      moves(await preview({ id, pattern: 'trip', category_id: groceries, priority: 1 })),
    ).toEqual(['Travel → Groceries: 2']);
    const tesco = { id, pattern: 'uber eats', category_id: groceries };
    expect(moves(await preview(tesco))).toEqual(['Travel → Groceries: 2']);
    expect(moves(await preview({ ...tesco, id: await patternId('uber'), pattern: 'xyz' }))).toEqual(
      ['Travel → none: 1'],
    );
  });

  test('goes without a category as long as none is chosen', async () => {
    await insertProcessed('ALDI', 'TESCO EXTRA');
    const answer = await preview({ pattern: 'tesco extra', category_id: null });
    expect(moves(answer)).toEqual(['Groceries → none: 1']);
  });

  test('agrees with processing the rows anew after the change', async () => {
    const merchants = [
      'uber',
      'UBER EATS',
      'eat',
      'Übér éats',
      'beats',
      'Ｅats ',
      'x eats\ty',
      'ea',
    ];
    await insertProcessed(...merchants);
    const { body } = await preview({ pattern: 'eats', category_id: groceries, priority: 2 });
    await api.post('/api/admin/category-patterns', {
      category_id: groceries,
      pattern: 'eats',
      priority: 2,
    });
    const before = await api
      .database('transactions')
      .orderBy('id')
      .select('category_id as categoryId');
    const { matches } = await createTestChain(api.database, api.cache).decide(
      merchants.map((merchantName) => ({ merchantName, description: null })),
    );
    const moved = before.filter(
      ({ categoryId }, i) => categoryId !== (matches[i]?.categoryId ?? null),
    );
    expect(body.moves.reduce((sum, move) => sum + move.transaction_count, 0)).toBe(moved.length);
  });

  test('names the patterns that it shadows, and those that shadow it', async () => {
    await api.post('/api/admin/category-patterns', {
      category_id: groceries,
      pattern: 'ber',
      priority: 5,
    });
    const { body } = await preview({ pattern: 'my uber', category_id: groceries });
    const shown = (list: PatternPreviewBody['shadows']) =>
      list.map(({ pattern, category, always }) => [pattern, category, always]);
    expect(shown(body.shadows)).toEqual([['uber', 'Travel', false]]);
    expect(shown(body.shadowed_by)).toEqual([['ber', 'Groceries', true]]);
    const short = await preview({ pattern: 'ube', category_id: groceries });
    expect(shown(short.body.shadowed_by)).toEqual([
      ['uber eats', 'Travel', false],
      ['uber', 'Travel', false],
    ]);
    expect(
      (await preview({ pattern: 'ube', category_id: null, match_mode: 'word' })).body,
    ).toMatchObject({
      shadows: [],
      shadowed_by: [],
    });
  });

  test.each([
    [{ pattern: ' ', category_id: null }, 400],
    [{ pattern: 'x', category_id: 2_147_483_647 }, 400],
    [{ pattern: 'x' }, 400],
    [{ id: 2_147_483_647, pattern: 'x', category_id: null }, 404],
  ])('refuses %j', async (body, status) => {
    expect((await preview(body as PatternPreviewRequest)).status).toBe(status);
  });

  test('takes patterns of any length and script', async () => {
    for (const pattern of [
      'x',
      'ab',
      'é'.repeat(255),
      '😀'.repeat(255),
      'a b '.repeat(63),
      '%_\\',
      '(.*)[',
      'i\u0307',
    ])
      expect((await preview({ pattern, category_id: null })).status).toBe(200);
  });
});

describe('texts that a pattern may match', () => {
  test('have all that it does match among them, whatever the script and the white space', async () => {
    const units = [
      'a',
      'B',
      ' ',
      ' ',
      '\t',
      '\u00a0',
      '\u2028',
      'é',
      'E\u0301',
      'İ',
      'i',
      'Σ',
      'ς',
      'ﬁ',
      'Ａ',
      '😀',
      'ß',
      'ẞ',
      'Ж',
      'ж',
      'K',
      'ㄱ',
      'ㅏ',
    ];
    const text = (maxLength: number) => fc.string({ unit: fc.constantFrom(...units), maxLength });
    const texts = [...new Set(fc.sample(text(7), { numRuns: 3_000, seed: 7 }))];
    const patterns = fc.sample(text(6), { numRuns: 150, seed: 8 }).map(normalizeText);
    await insertProcessed(...texts.filter((given) => given.trim() !== ''));
    for (const pattern of new Set(patterns)) {
      if (pattern === '') continue;
      const found = new Set(
        (await listPatternTexts(api.database, [pattern]))?.map(({ merchantName }) => merchantName),
      );
      const own = toNormalizedPattern({
        id: 1,
        categoryId: 1,
        pattern,
        priority: 0,
        matchMode: 'contains',
      });
      const missed = texts.filter(
        (given) =>
          bruteForceMatch([own], toNormalizedText(given), null) !== null && !found.has(given),
      );
      expect({ pattern, missed }).toEqual({ pattern, missed: [] });
    }
  });

  test('looks at every description of ASCII, however it is spaced, that a pattern may match', async () => {
    const characters = fc.constantFrom(...'aaabbcAB1-%_ \t\n\v\f\r'.split(''), '  ');
    const text = (maxLength: number) => fc.string({ unit: characters, maxLength });
    const texts = [...new Set(fc.sample(text(8), { numRuns: 3_000, seed: 7 }))];
    await insertTestBatch(
      api.database,
      texts.map((description) => makeTransaction({ merchantName: null, description })),
    );
    await api.database('transactions').update({ ingestion_status: 'completed' });
    const patterns = fc.sample(text(9), { numRuns: 150, seed: 8 }).map(normalizeText);
    let matchCount = 0;
    for (const pattern of new Set(patterns)) {
      if (pattern === '') continue;
      const groups = await listPatternTexts(api.database, [pattern]);
      const found = new Set(groups?.map(({ description }) => description));
      const own = toNormalizedPattern({
        id: 1,
        categoryId: 1,
        pattern,
        priority: 0,
        matchMode: 'contains',
      });
      const matched = texts.filter(
        (given) => bruteForceMatch([own], null, toNormalizedText(given)) !== null,
      );
      matchCount += matched.length;
      const missed = matched.filter((given) => !found.has(given));
      expect({ pattern, missed }).toEqual({ pattern, missed: [] });
    }
    expect(matchCount).toBeGreaterThan(1_000);
  });
});
