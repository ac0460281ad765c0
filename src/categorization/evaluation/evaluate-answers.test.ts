import { describe, expect, it } from '@jest/globals';
import { evaluateAnswers } from './evaluate-answers.ts';
import type { JudgedRow } from './judge-rows.ts';

let merchantCount = 0;
/** A row with the label and the answer; the category 9 is answered by the model, and others by memory. */
const row = (
  categoryId: number,
  answer: number | null,
  merchant = `merchant ${merchantCount++}`,
): JudgedRow => ({
  categoryId,
  merchant,
  answer: answer === null ? null : { categoryId: answer, by: answer === 9 ? 'model' : 'memory' },
});

describe('evaluateAnswers', () => {
  it('counts the coverage of all rows, and the precision of the answers', () => {
    const { overall } = evaluateAnswers([row(1, 1), row(1, 2), row(2, 2), row(2, null)]);
    expect(overall).toMatchObject({ rowCount: 4, answeredCount: 3, rightCount: 2, coverage: 0.75 });
    expect(overall.precision).toBeCloseTo(2 / 3);
    expect(overall.precisionInterval[0]).toBeLessThan(2 / 3);
    expect(overall.precisionInterval[1]).toBeGreaterThan(2 / 3);
  });

  it('has no precision without an answer', () => {
    expect(evaluateAnswers([]).overall).toMatchObject({
      rowCount: 0,
      coverage: 0,
      precision: null,
      precisionInterval: [0, 1],
    });
    expect(evaluateAnswers([row(1, null)]).overall).toMatchObject({ rowCount: 1, precision: null });
  });

  it('separates the categorizers, each with its part of all rows', () => {
    const { byCategorizer } = evaluateAnswers([row(1, 1), row(9, 9), row(1, 9), row(1, null)]);
    expect(byCategorizer.get('memory')).toMatchObject({ coverage: 0.25, precision: 1 });
    expect(byCategorizer.get('model')).toMatchObject({ coverage: 0.5, precision: 0.5 });
    expect(byCategorizer.get('patterns')).toMatchObject({ coverage: 0, precision: null });
  });

  it('gives each category the coverage of its rows and the precision of its answers', () => {
    const { byCategory } = evaluateAnswers([row(1, 1), row(9, 9), row(1, 9), row(1, null)]);
    expect(byCategory.get(1)).toMatchObject({ rowCount: 3, answeredCount: 2, answerCount: 1 });
    expect(byCategory.get(1)?.precision).toBe(1);
    expect(byCategory.get(9)).toMatchObject({ rowCount: 1, answeredCount: 1, answerCount: 2 });
    expect(byCategory.get(9)?.precision).toBe(0.5);
  });

  it('is less certain about a hundred rows of one merchant than about a hundred merchants', () => {
    const many = evaluateAnswers(Array.from({ length: 100 }, () => row(1, 1)));
    const one = evaluateAnswers(Array.from({ length: 100 }, () => row(1, 1, 'blue door')));
    expect(many.overall.precisionInterval[0]).toBeGreaterThan(0.95);
    expect(one.overall.precisionInterval[0]).toBeLessThan(0.5);
  });
});
