import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeeperThan } from './json-depth.ts';

/** The rule as written. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON text', () => {
  test('may nest to the limit, and not one level more', () => {
    expect(isDeeperThan(nested(32), 32)).toBe(false);
    expect(isDeeperThan(nested(33), 32)).toBe(true);
    expect(isDeeperThan('{"a":'.repeat(33), 32)).toBe(true);
  });

  test('has the depth that its value has, whatever stands in its strings', () => {
    const text = fc.string({ unit: fc.constantFrom(...'{}[],:"\\ a'), maxLength: 6 });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8 },
        text,
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        tree,
        fc.constantFrom(0, 1, 2),
        fc.integer({ min: 0, max: 9 }),
        (value, indent, max) => {
          expect(isDeeperThan(JSON.stringify(value, null, indent), max)).toBe(depthOf(value) > max);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('of many flat rows is not deep', () => {
    expect(isDeeperThan(JSON.stringify({ rows: Array(1_000).fill({ a: ']' }) }), 3)).toBe(false);
  });

  test('of brackets alone is told at once', () => {
    expect(isDeeperThan('['.repeat(60_000_000), 32)).toBe(true);
    expect(isDeeperThan('{"},{":'.repeat(1_000_000), 32)).toBe(true);
  });
});
