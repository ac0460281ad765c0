import { describe, expect, it } from '@jest/globals';
import { groupBatches, isSmallBatch, maxBatchesOfGroup, measureGroup } from './batch-group.ts';

const batches = (...rowCounts: number[]) =>
  rowCounts.map((transactionCount) => ({ transactionCount }));

describe('isSmallBatch', () => {
  it('holds for up to 1,000 rows', () => {
    expect([0, 1_000, 1_001].map((transactionCount) => isSmallBatch({ transactionCount }))).toEqual(
      [true, true, false],
    );
  });
});

describe('measureGroup', () => {
  it('takes all that wait', () => {
    expect(measureGroup([])).toEqual({ count: 0, isFull: false });
    expect(measureGroup(batches(10, 0, 10))).toEqual({ count: 3, isFull: false });
  });

  it('takes at most 48 batches', () => {
    const many = batches(...Array<number>(maxBatchesOfGroup + 1).fill(1));
    expect(measureGroup(many.slice(0, 47))).toEqual({ count: 47, isFull: false });
    expect(measureGroup(many.slice(0, 48))).toEqual({ count: 48, isFull: true });
    expect(measureGroup(many)).toEqual({ count: 48, isFull: true });
  });

  it('takes at most 5,000 rows', () => {
    expect(measureGroup(batches(1_000, 1_000, 1_000, 1_000, 1_000))).toEqual({
      count: 5,
      isFull: false,
    });
    expect(measureGroup(batches(1_000, 1_000, 1_000, 1_000, 1_000, 1))).toEqual({
      count: 5,
      isFull: true,
    });
  });
});

describe('groupBatches', () => {
  it('leaves out none, and gives larger ones a group of their own', () => {
    const all = batches(...Array<number>(100).fill(10), 1_001, 1_000, 5_000);
    const groups = groupBatches(all);
    expect(groups.map((group) => group.length)).toEqual([1, 1, 48, 48, 5]);
    expect(new Set(groups.flat())).toEqual(new Set(all));
    expect(groupBatches([])).toEqual([]);
  });
});
