import { describe, expect, it } from '@jest/globals';
import { mayUseAccount, sortPrefixes } from './account-prefixes.ts';

const may = (prefixes: string[], accountId: string) =>
  mayUseAccount(sortPrefixes(prefixes), accountId);

describe('prefixes of accounts', () => {
  it('allow every account where there are none', () => {
    expect(may([], 'any')).toBe(true);
  });

  it.each([
    [['east-'], 'east-1', true],
    [['east-'], 'east-', true],
    [['east-'], 'east', false],
    [['east-'], 'East-1', false],
    [['east-'], ' east-1', false],
    [['east-'], 'west-1', false],
    [['a_'], 'ab1', false],
    [['a%'], 'ab1', false],
    [['a.*'], 'a.*1', true],
    [['b', 'a'], 'a1', true],
    [['b', 'a'], 'c', false],
    [['a', 'ab'], 'ac', true],
    [['ab', 'a', 'ab'], 'a', true],
    [['a-', 'a-b-', 'b'], 'a-c', true],
    [['é'], 'e\u0301', false],
    [['😀'], '😀1', true],
    [['😀'], '😁1', false],
  ])('%j allow %j: %s', (prefixes, accountId, expected) => {
    expect(may(prefixes, accountId)).toBe(expected);
  });

  it('give the same answer as trying each one', () => {
    const letters = ['a', 'b', 'é', '😀', '-'];
    const word = (seed: number, length: number) =>
      Array.from({ length }, (_, place) => letters[(seed * 31 + place * seed * 7) % 5]).join('');
    for (let seed = 1; seed < 300; seed++) {
      const prefixes = Array.from({ length: seed % 7 }, (_, place) =>
        word(seed + place * 13, 1 + ((seed + place) % 4)),
      );
      for (let other = 0; other < 20; other++) {
        const accountId = word(seed + other, 1 + (other % 6));
        const expected =
          prefixes.length === 0 || prefixes.some((prefix) => accountId.startsWith(prefix));
        expect([prefixes, accountId, may(prefixes, accountId)]).toEqual([
          prefixes,
          accountId,
          expected,
        ]);
      }
    }
  });
});
