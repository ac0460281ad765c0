import { describe, expect, it } from '@jest/globals';
import { costliestMerchants } from './costliest-merchants.ts';
import type { JudgedRow } from './judge-rows.ts';

const rows = (merchant: string, label: number, answer: number | null, count: number): JudgedRow[] =>
  Array.from({ length: count }, () => ({
    categoryId: label,
    merchant,
    answer: answer === null ? null : { categoryId: answer, by: 'model' },
  }));

describe('costliestMerchants', () => {
  it('counts rows without an answer and with a wrong one, the most first', () => {
    const judged = [
      ...rows('right', 1, 1, 50),
      ...rows('blue', 1, null, 4),
      ...rows('blue', 2, 1, 3),
      ...rows('blue', 2, 3, 1),
      ...rows('blue', 2, 2, 9),
      ...rows('green', 4, null, 5),
    ];
    expect(costliestMerchants(judged, 10)).toEqual([
      {
        merchant: 'blue',
        rowCount: 17,
        unansweredCount: 4,
        wrongCount: 4,
        categoryId: 2,
        wrongCategoryId: 1,
      },
      {
        merchant: 'green',
        rowCount: 5,
        unansweredCount: 5,
        wrongCount: 0,
        categoryId: 4,
        wrongCategoryId: null,
      },
    ]);
  });

  it('puts a wrong answer before a missing one, and stops at the limit', () => {
    const judged = [...rows('missing', 1, null, 2), ...rows('wrong', 1, 2, 2)];
    expect(costliestMerchants(judged, 1)).toMatchObject([{ merchant: 'wrong' }]);
  });
});
