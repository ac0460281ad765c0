import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CharacterPairs, occurringPairs } from './character-pairs.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', 'é', '😀'), maxLength: 12 });

describe('CharacterPairs', () => {
  it('rules no part of a pattern out', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.nat(), fc.nat(), (patterns, from, to) => {
        const pattern = patterns[from % patterns.length] as string;
        const part = pattern.slice(from % (pattern.length + 1), to % (pattern.length + 2));
        expect(new CharacterPairs(occurringPairs(patterns)).mayBeIn(part)).toBe(true);
      }),
    );
  });

  it('rules a text out that ends, or begins, as no pattern has it anywhere', () => {
    const pairs = new CharacterPairs(occurringPairs(['walmart supercenter', 'fuel']));
    expect(pairs.mayBeIn('walmart 123')).toBe(false);
    expect(pairs.mayBeIn('1 walmart')).toBe(false);
    expect(pairs.mayBeIn('mart super')).toBe(true);
  });
});
