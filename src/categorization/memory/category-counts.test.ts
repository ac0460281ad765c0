import { describe, expect, it } from '@jest/globals';
import { majorityOf } from './category-counts.ts';

describe('majorityOf', () => {
  it('counts the rows of the most frequent category, and all rows', () => {
    expect(
      majorityOf(
        new Map([
          [3, 1],
          [7, 4],
        ]),
      ),
    ).toEqual({
      categoryId: 7,
      agreeingCount: 4,
      rowCount: 5,
    });
  });

  it('takes the lowest id of equally frequent categories, in whatever order they came', () => {
    expect(
      majorityOf(
        new Map([
          [7, 2],
          [3, 2],
        ]),
      )?.categoryId,
    ).toBe(3);
    expect(
      majorityOf(
        new Map([
          [3, 2],
          [7, 2],
        ]),
      )?.categoryId,
    ).toBe(3);
  });

  it('is null without rows', () => {
    expect(majorityOf(new Map())).toBeNull();
  });
});
