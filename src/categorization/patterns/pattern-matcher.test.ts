import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CategoryPattern, MatchMode } from '../../domain/pattern-set.ts';
import { bruteForceMatch, toNormalizedPattern, toNormalizedText } from '../brute-force-match.ts';
import type { PatternMatch } from './pattern-match.ts';
import { compilePatterns } from './pattern-matcher.ts';

type Match = (merchantName: string | null, description: string | null) => PatternMatch | null;

function bruteForce(patterns: readonly CategoryPattern[]): Match {
  const normalized = patterns.map(toNormalizedPattern);
  return (merchantName, description) =>
    bruteForceMatch(
      normalized,
      merchantName === null ? null : toNormalizedText(merchantName),
      description === null ? null : toNormalizedText(description),
    );
}

function compiled(patterns: readonly CategoryPattern[]): Match {
  const matcher = compilePatterns(patterns);
  return (merchantName, description) => matcher.match(merchantName, description);
}

/** Numbered from 1 in the order given; `[text, priority]` or a text of priority 0. */
function patternsOf(...entries: (string | [string, number])[]): CategoryPattern[] {
  return entries.map((entry, index) => {
    const [pattern, priority] = typeof entry === 'string' ? [entry, 0] : entry;
    return {
      id: index + 1,
      categoryId: 100 + index,
      pattern,
      priority,
      matchMode: 'contains' as const,
    };
  });
}

function wordPatternsOf(...entries: (string | [string, number])[]): CategoryPattern[] {
  return patternsOf(...entries).map((pattern) => ({ ...pattern, matchMode: 'word' }));
}

function summarize(match: PatternMatch | null): string | null {
  return match && `${match.pattern.id} ${match.field} ${match.direction}`;
}

describe.each([
  ['the compiled matcher', compiled],
  ['the rule as written', bruteForce],
])('%s', (_, matcherOf) => {
  function matchOf(
    patterns: CategoryPattern[],
    merchantName: string | null,
    description: string | null,
  ) {
    return summarize(matcherOf(patterns)(merchantName, description));
  }

  test('matches nothing without patterns or without texts', () => {
    expect(matchOf([], 'Uber', 'Trip')).toBeNull();
    expect(matchOf(patternsOf('uber'), null, null)).toBeNull();
    expect(matchOf(patternsOf('uber'), '', ' ')).toBeNull();
  });

  test('matches a pattern in a text, and a text in a pattern', () => {
    expect(matchOf(patternsOf('uber'), 'UBER *TRIP', null)).toBe('1 merchant_name pattern_in_text');
    expect(matchOf(patternsOf('uber trip'), 'Uber', null)).toBe('1 merchant_name text_in_pattern');
    expect(matchOf(patternsOf('uber'), null, 'an Uber')).toBe('1 description pattern_in_text');
    expect(matchOf(patternsOf('my uber trip'), 'x', 'uber')).toBe('1 description text_in_pattern');
  });

  test('takes a text equal to the pattern for a pattern in a text', () => {
    expect(matchOf(patternsOf('uber'), 'Uber', null)).toBe('1 merchant_name pattern_in_text');
  });

  test('gives back the pattern as it was entered', () => {
    const [pattern] = patternsOf('  UBER\u00a0Trip ');
    expect(matcherOf([pattern as CategoryPattern])('uber trip', null)?.pattern).toBe(pattern);
  });

  describe('decides', () => {
    test('first by the higher priority, whatever else speaks for another', () => {
      const patterns = patternsOf(['trip with uber', -1], ['uber', -2], ['a taxi ride', 0]);
      expect(matchOf(patterns, 'trip with uber', 'taxi')).toBe('3 description text_in_pattern');
      expect(matchOf(patternsOf('uber trip', ['uber', 1]), 'uber trip', null)).toBe(
        '2 merchant_name pattern_in_text',
      );
      expect(matchOf(patternsOf('uber', ['uber trip', 1]), 'uber', null)).toBe(
        '2 merchant_name text_in_pattern',
      );
      expect(matchOf(patternsOf('uber', 'taxi', ['xyz', 9]), 'taxi', 'uber')).toBe(
        '2 merchant_name pattern_in_text',
      );
    });

    test('then for the merchant name, even by a text in a shorter pattern of a higher id', () => {
      const patterns = patternsOf('a long taxi ride', 'ubers');
      expect(matchOf(patterns, 'uber', 'a long taxi ride')).toBe('2 merchant_name text_in_pattern');
    });

    test('then for a pattern in the text, even a shorter one of a higher id', () => {
      const patterns = patternsOf('my uber trip', 'ube');
      expect(matchOf(patterns, 'uber', null)).toBe('2 merchant_name pattern_in_text');
    });

    test('then for the longer pattern, even of a higher id', () => {
      expect(matchOf(patternsOf('ube', 'uber', 'ber'), 'uber trip', null)).toBe(
        '2 merchant_name pattern_in_text',
      );
      expect(matchOf(patternsOf('uber t', 'uber trip', 'my uber'), 'uber', null)).toBe(
        '2 merchant_name text_in_pattern',
      );
    });

    test('last for the lower id, in whatever order the patterns come', () => {
      for (const patterns of [
        patternsOf('uber', 'trip', 'UBER'),
        patternsOf('uber', 'trip', 'UBER').reverse(),
      ]) {
        expect(matchOf(patterns, 'trip uber', null)).toBe('1 merchant_name pattern_in_text');
      }
      expect(matchOf(patternsOf('xuber', 'ubery').reverse(), 'uber', null)).toBe(
        '1 merchant_name text_in_pattern',
      );
    });
  });

  describe('counts characters after normalising', () => {
    test('and matches three of them but not two', () => {
      expect(matchOf(patternsOf('abc'), 'xabcx', null)).not.toBeNull();
      expect(matchOf(patternsOf('ab'), 'xabx', null)).toBeNull();
      expect(matchOf(patternsOf(' a b '), 'xa bx', null)).not.toBeNull();
      expect(matchOf(patternsOf(' ab '), 'x ab x', null)).toBeNull();
      expect(matchOf(patternsOf('xabcx'), 'abc', null)).not.toBeNull();
      expect(matchOf(patternsOf('xabx'), 'ab', null)).toBeNull();
      expect(matchOf(patternsOf('xabx'), '  ab  ', null)).toBeNull();
    });

    test('as code points: an emoji is one, a ligature as many as its letters', () => {
      const emoji = '\u{1f600}';
      expect(matchOf(patternsOf(emoji.repeat(2)), emoji.repeat(5), null)).toBeNull();
      expect(matchOf(patternsOf(emoji.repeat(5)), emoji.repeat(2), null)).toBeNull();
      expect(matchOf(patternsOf(emoji.repeat(3)), emoji.repeat(5), null)).not.toBeNull();
      expect(matchOf(patternsOf(emoji.repeat(5)), emoji.repeat(3), null)).not.toBeNull();
      expect(matchOf(patternsOf('\ufb03'), 'office', null)).not.toBeNull();
      // Four characters in four code units against three in six.
      expect(matchOf(patternsOf(emoji.repeat(3), 'abcd'), `abcd${emoji.repeat(3)}`, null)).toBe(
        '2 merchant_name pattern_in_text',
      );
    });
  });

  test.each([
    ['a ligature', 'o\ufb03ce', 'The Office'],
    ['full-width letters', '\uff35\uff22\uff25\uff32', 'uber trip'],
    ['a combining mark against a composed character', 'cafe\u0301', 'CAF\u00c9 NERO'],
    ['a no-break space', 'uber\u00a0trip', 'UBER   TRIP'],
    ['a Turkish dotted capital', '\u0130stanbul', 'i\u0307stanbul kart'],
    ['a final sigma', '\u03bf\u03b4\u03bf\u03c2', '\u039f\u0394\u039f\u03a3 1'],
    [
      'letters beyond the first plane',
      '\u{10400}\u{10401}\u{10402}',
      'x\u{10428}\u{10429}\u{1042a}',
    ],
  ])('matches across spellings: %s', (_title, pattern, text) => {
    expect(matchOf(patternsOf(pattern), text, null)).toBe('1 merchant_name pattern_in_text');
  });

  test('keeps apart what only looks alike', () => {
    expect(matchOf(patternsOf('cafe'), 'CAF\u00c9', null)).toBeNull();
    expect(matchOf(patternsOf('istanbul'), '\u0130STANBUL', null)).toBeNull();
    // Lower case of a capital sigma within a word is not the final one.
    expect(
      matchOf(patternsOf('\u03bf\u03b4\u03bf\u03c2'), '\u039f\u0394\u039f\u03a3\u0391', null),
    ).toBe(null);
  });

  describe('of a pattern of the mode word', () => {
    test.each([
      ['at the start', 'Pub 42', true],
      ['at the end', 'The PUB', true],
      ['alone', 'pub', true],
      ['between signs', 'irish-pub/bar', true],
      ['after a part of a longer word, again as a word', 'public pub', true],
      ['at the start of a longer word', 'public', false],
      ['at the end of a longer word', 'gastropub', false],
      ['beside a digit', 'pub7', false],
      ['beside a digit of another script', 'pub\u0967', false],
      ['before a combining mark', 'pub\u0308', false],
      ['beside a letter beyond the first plane', 'pub\u{10428}', false],
      ['beside an emoji', '\u{1f37a}pub\u{1f37b}', true],
      ['beside an underscore', '_pub_', true],
    ])('finds it %s: "%s" is %s', (_, text, isFound) => {
      expect(matchOf(wordPatternsOf('pub'), text, null) !== null).toBe(isFound);
      expect(matchOf(patternsOf('pub'), text, null)).not.toBeNull();
    });

    test('needs no boundary at a side that is no letter or digit', () => {
      expect(matchOf(wordPatternsOf('*uber'), 'x*uber', null)).not.toBeNull();
      expect(matchOf(wordPatternsOf('*uber'), 'x*ubers', null)).toBeNull();
      expect(matchOf(wordPatternsOf('a.b.'), 'a.b.c', null)).not.toBeNull();
      expect(matchOf(wordPatternsOf('a.b.'), 'xa.b.c', null)).toBeNull();
      expect(matchOf(wordPatternsOf('***'), 'a***b', null)).not.toBeNull();
    });

    test('finds a text in it only at boundaries of its words', () => {
      expect(matchOf(wordPatternsOf('the public house'), 'public', null)).toBe(
        '1 merchant_name text_in_pattern',
      );
      expect(matchOf(wordPatternsOf('the public house'), 'pub', null)).toBeNull();
      expect(matchOf(wordPatternsOf('the public house'), 'house', null)).not.toBeNull();
    });

    test('ranks it among the others as if it were of the usual mode', () => {
      const contains = patternsOf('irish', ['a pub', 1]);
      const [word] = wordPatternsOf('irish pub').map((pattern) => ({ ...pattern, id: 9 }));
      const both = [...contains, word as CategoryPattern];
      expect(matchOf(both, 'irish pub', null)).toBe('9 merchant_name pattern_in_text');
      expect(matchOf(both, 'irish pubs', null)).toBe('1 merchant_name pattern_in_text');
      expect(matchOf(both, 'irish pub', 'a pub')).toBe('2 description pattern_in_text');
    });
  });

  test('matches in texts and patterns of the greatest length', () => {
    const pattern = `${'ab'.repeat(127)}c`;
    expect(matchOf(patternsOf(pattern), 'ab'.repeat(872) + pattern, null)).toBe(
      '1 merchant_name pattern_in_text',
    );
    expect(matchOf(patternsOf(pattern), 'x', pattern.slice(1))).toBe(
      '1 description text_in_pattern',
    );
  });
});

describe('the compiled matcher, against the rule as written', () => {
  // Few characters make overlaps and ties frequent; one of them takes two code units.
  const character = fc.constantFrom(
    ...['a', 'b', 'b', 'A', ' ', ' ', '-', '7', '\u0308', '\u{1f600}', '\u{1f601}', '\u{10428}'],
  );
  const text = fc.string({ unit: character, maxLength: 9 });
  const priority = fc.constantFrom(0, 0, 0, 1, -1);
  const matchMode = fc.constantFrom<MatchMode>('contains', 'word');
  const patterns = fc.array(fc.record({ pattern: text, priority, matchMode }), { maxLength: 25 });

  function withIds(entries: Omit<CategoryPattern, 'id' | 'categoryId'>[]): CategoryPattern[] {
    // Ids that fall and rise, so that their order is not that of the patterns.
    return entries.map((entry, i) => ({ ...entry, id: 1 + ((i * 7) % 29), categoryId: i }));
  }

  test('decides alike on whatever overlaps and ties', () => {
    const field = fc.option(text, { nil: null });
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(patterns, rows, (entries, transactions) => {
        const all = withIds(entries);
        const expected = bruteForce(all);
        const actual = compiled(all);
        // The second time the texts are remembered.
        for (const [merchantName, description] of [...transactions, ...transactions]) {
          expect(actual(merchantName, description)).toEqual(expected(merchantName, description));
        }
      }),
      { numRuns: 800 },
    );
  });

  test('decides alike on parts of patterns and texts made of patterns', () => {
    const part = fc.tuple(fc.nat(), fc.nat(), fc.nat());
    fc.assert(
      fc.property(patterns, fc.array(part, { maxLength: 20 }), (entries, parts) => {
        const all = withIds([
          ...entries,
          { pattern: 'abbab', priority: 0, matchMode: 'contains' },
          { pattern: 'ab ba-b', priority: 0, matchMode: 'word' },
        ]);
        const expected = bruteForce(all);
        const actual = compiled(all);
        for (const [index, start, length] of parts) {
          const pattern = all[index % all.length]?.pattern ?? '';
          const other = all[(index + start) % all.length]?.pattern ?? '';
          // By characters, since half a surrogate pair is no text.
          const characters = [...pattern];
          const from = start % (characters.length + 1);
          const piece = characters.slice(from, from + 3 + (length % 6)).join('');
          expect(actual(piece, other + piece)).toEqual(expected(piece, other + piece));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('decides alike with 1,500 patterns on 5,000 texts', () => {
    const random = randomIntegers(20_240_229);
    const syllables = ['ta', 'lly', 'flo', 'w ', 'ba', 'nk', ' co', 'ffee', '\u00e9t', '7', '#'];
    const textOf = (count: number) =>
      Array.from({ length: count }, () => syllables[random(syllables.length)]).join('');
    const all = Array.from({ length: 1500 }, (_, i) => ({
      id: 1500 - i,
      categoryId: i % 20,
      pattern: textOf(2 + random(5)),
      priority: random(10) === 0 ? 1 : 0,
      matchMode: random(10) === 0 ? ('word' as const) : ('contains' as const),
    }));
    const expected = bruteForce(all);
    const actual = compiled(all);
    for (let i = 0; i < 5000; i++) {
      const merchantName = textOf(1 + random(5));
      const description = textOf(random(12));
      expect(actual(merchantName, description)).toEqual(expected(merchantName, description));
    }
  }, 60_000);
});

/** Numbers from 0 up to but not including the bound, the same in every run (a linear congruence). */
function randomIntegers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe('a text that comes again', () => {
  test('has the same match as before, and a match of its own in the other field', () => {
    const matcher = compilePatterns([
      { id: 1, categoryId: 1, pattern: 'hotel', priority: 0, matchMode: 'contains' },
    ]);
    const match = matcher.match('hotelsone', null);
    expect(match?.kind).toBe('merchant_name/pattern_in_text/inside');
    expect(matcher.match(null, 'hotelsone')?.kind).toBe('description/pattern_in_text/inside');
    expect(matcher.match('hotel 5', null)?.kind).toBe('merchant_name/pattern_in_text/words');
    expect(matcher.match('hotelsone', null)).toBe(match);
    // Too long to be remembered.
    const long = `hotel${'x'.repeat(100)}`;
    expect(matcher.match(long, null)?.kind).toBe('merchant_name/pattern_in_text/inside');
    expect(matcher.match(`hotel ${long}`, null)?.kind).toBe('merchant_name/pattern_in_text/words');
  });
});
