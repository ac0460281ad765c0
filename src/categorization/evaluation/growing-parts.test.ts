import { describe, expect, it } from '@jest/globals';
import { growingParts } from './growing-parts.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, place) => place);

describe('growingParts', () => {
  it('doubles the rows up to half of all, and keeps those of the part before', () => {
    const parts = growingParts(numbers(400), 3);
    expect(parts.map((part) => part.length)).toEqual([50, 100, 200]);
    for (const [place, part] of parts.slice(1).entries())
      expect(part).toEqual(expect.arrayContaining([...(parts[place] ?? [])]));
  });

  it('draws rows at random, without repeating any', () => {
    const [half] = growingParts(numbers(100), 1);
    expect(new Set(half).size).toBe(50);
    expect(half).not.toEqual(numbers(50));
  });

  it('has no part of fewer than 25 rows', () => {
    expect(growingParts(numbers(50), 5).map((part) => part.length)).toEqual([25]);
    expect(growingParts(numbers(49), 5)).toEqual([]);
    expect(growingParts([], 5)).toEqual([]);
  });
});
