import { describe, expect, it } from '@jest/globals';
import type { MatchKind } from './match-kind.ts';
import { collectPatternEvidence, type MatchedRow } from './pattern-evidence.ts';
import { PatternPrecision } from './pattern-precision.ts';

const strong = 'merchant_name/pattern_in_text/words';
const weak = 'description/pattern_in_text/inside';

const rows = (merchantName: string, isRight: boolean, count: number, patternId = 1): MatchedRow[] =>
  Array.from({ length: count }, () => ({
    merchantName,
    description: null,
    categoryId: isRight ? 5 : 6,
    match: { patternId, categoryId: 5, kind: strong },
  }));

const learnPrecision = async (labelled: MatchedRow[]) =>
  new PatternPrecision(await collectPatternEvidence(labelled));

const query = (patternId: number, merchant = 'new', kind: MatchKind = strong) => ({
  patternId,
  kind,
  merchant,
});

describe('collectPatternEvidence', () => {
  it('counts rows by pattern, kind and merchant, and leaves out rows without a match', async () => {
    const unmatched = { merchantName: 'BLUE', description: null, categoryId: 5, match: null };
    const evidence = await collectPatternEvidence([
      ...rows('BLUE #1', true, 2),
      ...rows('Blue', false, 1),
      ...rows('GREEN', true, 1, 2),
      unmatched,
    ]);
    expect(evidence).toEqual([
      { patternId: 1, kind: strong, merchant: 'blue', rowCount: 3, rightCount: 2 },
      { patternId: 2, kind: strong, merchant: 'green', rowCount: 1, rightCount: 1 },
    ]);
  });
});

describe('PatternPrecision', () => {
  it('trusts only whole words in the merchant name before there is a label', async () => {
    const precision = await learnPrecision([]);
    expect(precision.confidence(query(1))).toBeCloseTo(0.955);
    expect(precision.confidence(query(1, 'new', weak))).toBeLessThan(0.5);
  });

  it('trusts a pattern that was right more, and one that was wrong less', async () => {
    const precision = await learnPrecision([
      ...rows('BLUE', true, 30),
      ...rows('GREEN', false, 30, 2),
    ]);
    expect(precision.confidence(query(1))).toBeGreaterThan(precision.confidence(query(3)));
    expect(precision.confidence(query(2))).toBeLessThan(0.5);
    expect(precision.confidence(query(3))).toBeLessThan(0.955);
  });

  it('learns more from many merchants than from many rows of one', async () => {
    const names = Array.from(
      { length: 16 },
      (_, place) => `SHOP ${String.fromCharCode(97 + place)}`,
    );
    const byMany = await learnPrecision(names.flatMap((name) => rows(name, false, 1)));
    const byOne = await learnPrecision(rows('BLUE', false, 16));
    expect(byMany.confidence(query(1))).toBeLessThan(byOne.confidence(query(1)));
  });

  it('judges a known merchant mostly by its own rows', async () => {
    const precision = await learnPrecision([
      ...rows('BLUE', true, 6),
      ...rows('BLUE', false, 4),
      ...rows('GREEN', true, 90),
    ]);
    expect(precision.confidence(query(1, 'blue'))).toBeLessThan(0.7);
    expect(precision.confidence(query(1, 'green'))).toBeGreaterThan(0.95);
  });

  it('can leave a row out', async () => {
    const others = [...rows('GREEN', true, 4), ...rows('BLUE', false, 2)];
    const precision = await learnPrecision([...others, ...rows('BLUE', false, 1)]);
    const without = await learnPrecision(others);
    expect(precision.confidenceWithoutRow(query(1, 'blue'), false)).toBeCloseTo(
      without.confidence(query(1, 'blue')),
    );
  });
});
