import { describe, expect, test } from '@jest/globals';
import { CharacterClasses } from './character-classes.ts';
import { noRank } from './no-rank.ts';
import { buildTextInPattern, TextInPatternAutomaton } from './text-in-pattern-automaton.ts';

function build(...patterns: string[]): TextInPatternAutomaton {
  return new TextInPatternAutomaton(
    buildTextInPattern(patterns, new CharacterClasses(patterns), [...patterns.keys()]),
  );
}

describe('bestContaining', () => {
  test('finds every part of every pattern, with the best pattern that has it', () => {
    const patterns = ['abcbc', 'bcbcd', 'aabbb', 'abcb', 'bbbb', 'cdabc'];
    const automaton = build(...patterns);
    for (const pattern of patterns) {
      for (let start = 0; start < pattern.length; start++) {
        for (let end = start + 1; end <= pattern.length; end++) {
          const part = pattern.slice(start, end);
          const best = patterns.findIndex((other) => other.includes(part));
          expect([part, automaton.bestContaining(part)]).toEqual([part, best]);
        }
      }
    }
  });

  test('finds no text that is joined of parts, reordered or longer', () => {
    const automaton = build('abcd', 'cdef');
    for (const text of ['abcdef', 'bcde', 'dcba', 'abcdx', 'xabc', 'ab#d']) {
      expect(automaton.bestContaining(text)).toBe(noRank);
    }
  });

  test('finds nothing without patterns, and nothing for an empty text', () => {
    expect(build().bestContaining('abc')).toBe(noRank);
    expect(build('abc').bestContaining('')).toBe(noRank);
  });

  test('finds parts of repetitions up to their length', () => {
    const automaton = build('a'.repeat(255), `b${'a'.repeat(100)}`);
    expect(automaton.bestContaining('a'.repeat(255))).toBe(0);
    expect(automaton.bestContaining('a'.repeat(256))).toBe(noRank);
    expect(automaton.bestContaining(`b${'a'.repeat(100)}`)).toBe(1);
    expect(automaton.bestContaining(`b${'a'.repeat(101)}`)).toBe(noRank);
  });
});
