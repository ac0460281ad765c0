import { describe, expect, test } from '@jest/globals';
import { CharacterClasses } from './character-classes.ts';
import { noRank } from './no-rank.ts';
import { buildPatternInText, PatternInTextAutomaton } from './pattern-in-text-automaton.ts';

function build(...patterns: string[]): PatternInTextAutomaton {
  return new PatternInTextAutomaton(
    buildPatternInText(patterns, new CharacterClasses(patterns), [...patterns.keys()]),
  );
}

describe('bestIn', () => {
  test('finds a pattern at the start, within, at the end, and as the whole text', () => {
    const automaton = build('uber');
    for (const text of ['uber trip', 'my uber trip', 'my uber', 'uber']) {
      expect(automaton.bestIn(text)).toBe(0);
    }
    expect(automaton.bestIn('ube ber')).toBe(noRank);
    expect(automaton.bestIn('')).toBe(noRank);
  });

  test('finds a better pattern that ends within a worse one', () => {
    expect(build('bcd', 'abcde').bestIn('xabcde')).toBe(0);
    expect(build('abcde', 'bcd').bestIn('xabcdx')).toBe(1);
    expect(build('cde', 'abcde').bestIn('abcde')).toBe(0);
  });

  test('goes on with the longest suffix when a pattern breaks off', () => {
    expect(build('abcabd', 'cabx').bestIn('abcabx')).toBe(1);
    expect(build('aaab', 'zzz').bestIn('aaaaaab')).toBe(0);
    expect(build('abab', 'babc').bestIn('xababcx')).toBe(0);
    expect(build('abax', 'babc').bestIn('xababc')).toBe(1);
  });

  test('starts afresh after a character of no pattern', () => {
    expect(build('abcd').bestIn('ab#cd')).toBe(noRank);
    expect(build('abcd').bestIn('ab#abcd')).toBe(0);
  });

  test('finds patterns of rare characters, beyond those with a table of pairs', () => {
    const patterns = Array.from({ length: 300 }, (_, i) =>
      String.fromCodePoint(0x4e00 + i, 0x4e01 + i, 0x4e02 + i),
    );
    const automaton = build(...patterns);
    patterns.forEach((pattern, rank) => {
      expect(automaton.bestIn(`x${pattern[0]}${pattern}`)).toBe(rank);
      expect(automaton.bestIn(`${pattern.slice(0, 2)}x${pattern.slice(2)}`)).toBe(noRank);
    });
  });

  test('finds nothing without patterns', () => {
    expect(build().bestIn('uber')).toBe(noRank);
  });
});
