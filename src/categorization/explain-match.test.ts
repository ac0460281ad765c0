import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalizeText } from '../domain/normalize-text.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import { explainMatch } from './explain-match.ts';
import { compilePatterns } from './patterns/pattern-matcher.ts';

type Given = Partial<CategoryPattern> & { pattern: string };

const patternsOf = (...given: Given[]): CategoryPattern[] =>
  given.map((pattern, index) => ({
    id: index + 1,
    categoryId: 1,
    priority: 0,
    matchMode: 'contains',
    ...pattern,
  }));

/** The texts that the spans of the winner and the others stand for. */
async function marked(
  patterns: CategoryPattern[],
  merchantName: string | null,
  description = null as string | null,
) {
  const { winner, others } = await explainMatch(patterns, merchantName, description);
  const texts = { merchant_name: merchantName ?? '', description: description ?? '' };
  return [...(winner === null ? [] : [winner]), ...others].map(({ field, span }) =>
    texts[field].slice(span.start, span.end),
  );
}

test('says nothing where nothing matches', async () => {
  expect(await explainMatch([], 'Uber', 'Trip')).toEqual({ winner: null, others: [] });
  expect(await explainMatch(patternsOf({ pattern: 'uber' }), null, 'x')).toEqual({
    winner: null,
    others: [],
  });
});

test('says of each other pattern by what it loses against the winner, the best first', async () => {
  const patterns = patternsOf(
    { pattern: 'uber trip', priority: 0 },
    { pattern: 'uber trip to', priority: 0 },
    { pattern: 'uber' },
    { pattern: 'taxi', priority: 0 },
    { pattern: 'ber trip', priority: -1 },
    { pattern: 'xuber trip' },
    { pattern: 'nothing' },
  );
  const { winner, others } = await explainMatch(patterns, 'UBER Trip', 'a taxi');
  expect(winner).toEqual({
    pattern: patterns[0],
    field: 'merchant_name',
    direction: 'pattern_in_text',
    span: { start: 0, end: 9 },
  });
  expect(others.map(({ pattern, losesBy }) => [pattern.pattern, losesBy])).toEqual([
    ['uber', 'length'],
    ['uber trip to', 'direction'],
    ['xuber trip', 'direction'],
    ['taxi', 'field'],
    ['ber trip', 'priority'],
  ]);
  const same = await explainMatch(
    patternsOf({ pattern: 'uber' }, { pattern: 'trip' }),
    'uber trip',
    null,
  );
  expect(same.others[0]?.losesBy).toBe('id');
});

describe('shows where a pattern stands in the text as it was sent', () => {
  test.each([
    ['letters of another case', 'uber', 'My UBER trip', 'UBER'],
    ['white space', 'uber trip', ' \tUBER \u00a0\n Trip  ', 'UBER \u00a0\n Trip'],
    ['a ligature', 'office', 'The O\ufb03ce 1', 'O\ufb03ce'],
    ['a part of a ligature', 'ice', 'The O\ufb03ce 1', '\ufb03ce'],
    ['a combining mark', 'caf\u00e9', 'the CAFE\u0301 x', 'CAFE\u0301'],
    ['a dotted capital', 'i\u0307stanbul', 'x \u0130STANBUL x', '\u0130STANBUL'],
    [
      'a final sigma',
      '\u03bf\u03b4\u03bf\u03c2',
      '1 \u039f\u0394\u039f\u03a3 2',
      '\u039f\u0394\u039f\u03a3',
    ],
    ['full-width letters', 'uber', 'an \uff35\uff22\uff25\uff32 x', '\uff35\uff22\uff25\uff32'],
    ['emoji before it', 'uber', '\u{1f600}\u{1f468}\u200d\u{1f469} uber', 'uber'],
    [
      'Korean letters that melt',
      '\uac00\ub098\ub2e4',
      'x \u3131\u314f\u3134\u314f\u3137\u314f x',
      '\u3131\u314f\u3134\u314f\u3137\u314f',
    ],
    ['a text within the pattern', 'my uber trip', '  Uber ', 'Uber'],
  ])('over %s', async (_, pattern, text, expected) => {
    expect(await marked(patternsOf({ pattern }), text)).toEqual([expected]);
  });

  test('as a word, past the place where it is none', async () => {
    const { winner } = await explainMatch(
      patternsOf({ pattern: 'pub', matchMode: 'word' }),
      'public PUB',
      null,
    );
    expect(winner?.span).toEqual({ start: 7, end: 10 });
  });
});

test('agrees with the matcher, and its spans have the pattern in them', async () => {
  const unit = fc.constantFrom(
    ...['a', 'b', 'A', 'B', ' ', '\u00a0', '-', '\ufb03', 'i', '\u0130', '\u0308', '\u{1f600}'],
    ...['\u03a3', '\u3131', '\u314f', '\u00e9', '\uff21', '\u2122'],
  );
  const text = fc.string({ unit, maxLength: 10 });
  const pattern = fc.record({
    pattern: text,
    priority: fc.constantFrom(0, 0, 1),
    matchMode: fc.constantFrom<'contains' | 'word'>('contains', 'word'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(pattern, { maxLength: 12 }),
      text,
      text,
      async (given, merchantName, description) => {
        const patterns = patternsOf(...given);
        const match = compilePatterns(patterns).match(merchantName, description);
        const { winner, others } = await explainMatch(patterns, merchantName, description);
        expect(
          winner && { pattern: winner.pattern, field: winner.field, direction: winner.direction },
        ).toEqual(match);
        const texts = { merchant_name: merchantName, description };
        for (const { pattern, field, direction, span } of winner === null
          ? []
          : [winner, ...others]) {
          const shown = normalizeText(texts[field].slice(span.start, span.end)).replaceAll(
            '\u03c2',
            '\u03c3',
          );
          if (direction === 'text_in_pattern')
            expect(span.end - span.start).toBe(
              // White space that a mark is combined with makes one sign with it, and stays.
              texts[field].replaceAll(/^\p{White_Space}+(?!\p{M})|\p{White_Space}+$/gu, '').length,
            );
          else
            expect(shown).toContain(normalizeText(pattern.pattern).replaceAll('\u03c2', '\u03c3'));
        }
      },
    ),
    { numRuns: 1000 },
  );
});
