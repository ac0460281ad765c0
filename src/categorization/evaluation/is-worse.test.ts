import { describe, expect, it } from '@jest/globals';
import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import { type ComparedRow, isWorse, type RowAnswer } from './is-worse.ts';

const figures = (precision: number | null, high = 1): CoverageAndPrecision => ({
  rowCount: 100,
  answeredCount: 80,
  coverage: 0.8,
  answerCount: 80,
  rightCount: 80,
  precision,
  precisionInterval: [0, high],
});

const good = { before: figures(0.96), after: figures(0.96), targetPrecision: 0.95 };

/** Rows of as many merchants, or of one. */
const rows = (count: number, before: RowAnswer, after: RowAnswer, merchant?: string) =>
  Array.from({ length: count }, (_, place): ComparedRow => {
    return { merchant: merchant ?? `${before} ${after} ${place}`, before, after };
  });

describe('isWorse', () => {
  it('is no for a version that answers as the present one', () => {
    expect(isWorse({ ...good, rows: rows(100, 'right', 'right') })).toBe(false);
    expect(isWorse({ ...good, rows: [] })).toBe(false);
  });

  it('is yes for one that leaves right answers out', () => {
    const lost = [...rows(900, 'right', 'right'), ...rows(100, 'right', 'none')];
    expect(isWorse({ ...good, rows: lost })).toBe(true);
  });

  it('tolerates the loss of 2 right answers per 100 rows, and of chance', () => {
    const few = [...rows(9_800, 'right', 'right'), ...rows(200, 'right', 'none')];
    expect(isWorse({ ...good, rows: few })).toBe(false);
    const oneMerchant = [...rows(900, 'right', 'right'), ...rows(100, 'right', 'none', 'large')];
    expect(isWorse({ ...good, rows: oneMerchant })).toBe(false);
  });

  it('counts a wrong answer as much as half of the right ones that the target allows it', () => {
    const lost = (wrong: number) => [
      ...rows(9_000 - wrong, 'none', 'right'),
      ...rows(2_000, 'none', 'wrong'),
    ];
    expect(isWorse({ ...good, rows: lost(0) })).toBe(true);
    expect(isWorse({ ...good, targetPrecision: 0.8, rows: lost(0) })).toBe(false);
  });

  it('is yes for one whose precision on all its rows is clearly below target and present version', () => {
    expect(isWorse({ ...good, rows: [], after: figures(0.9, 0.94) })).toBe(true);
    expect(isWorse({ ...good, rows: [], after: figures(0.9, 0.951) })).toBe(false);
    expect(isWorse({ ...good, rows: [], before: figures(0.92), after: figures(0.9, 0.93) })).toBe(
      false,
    );
    expect(isWorse({ ...good, rows: [], after: figures(null, 0.1) })).toBe(false);
  });
});
