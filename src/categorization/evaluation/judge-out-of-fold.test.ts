import { describe, expect, it } from '@jest/globals';
import { collectOpinions } from '../chain/collect-opinions.ts';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';
import { evaluateAnswers } from './evaluate-answers.ts';
import { type JudgeableRow, judgeOutOfFold } from './judge-out-of-fold.ts';
import { judgePatternsAlone, judgeRows } from './judge-rows.ts';

const name = (place: number) =>
  [...place.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

/** Merchants that come back, merchants that a pattern knows, and merchants met once whose name says what they are. */
function labelledRows(count: number, firstMerchant = 0): MatchedRow[] {
  return Array.from({ length: count }, (_, place) => {
    const categoryId = 1 + (place % 2);
    const merchant = firstMerchant + place;
    const kinds = [
      { merchantName: `known ${name(700 + (place % 40))}`, match: null },
      {
        merchantName: `chain ${name(9_000 + merchant)}`,
        match: { patternId: categoryId, categoryId, kind: 'merchant_name/pattern_in_text/words' },
      },
      {
        merchantName: `${name(90_000 + merchant * 31)} ${categoryId === 1 ? 'bakery' : 'garage'}`,
        match: null,
      },
    ] as const;
    const kind = kinds[Math.floor(place / 2) % 3] as (typeof kinds)[number];
    return { ...kind, description: null, categoryId };
  });
}

describe('judgeOutOfFold', () => {
  it('lets each categorizer answer what it is good at', async () => {
    const { judged } = await judgeOutOfFold(labelledRows(600), [], 0.95);
    const { overall, byCategorizer } = evaluateAnswers(judged);
    expect(overall.rowCount).toBe(600);
    expect(overall.precision).toBeGreaterThan(0.95);
    for (const by of ['memory', 'patterns', 'model'] as const)
      expect(byCategorizer.get(by)?.answerCount).toBeGreaterThan(150);
  });

  it('gives the categorizers of later rows a confidence to ask for', async () => {
    const { learned, minConfidence } = await judgeOutOfFold(labelledRows(600), [], 0.95);
    const later = labelledRows(300, 5_000);
    const judged = await judgeRows(later, await collectOpinions(later, learned), {
      minConfidence,
      targetPrecision: 0.95,
    });
    const { overall, byCategorizer } = evaluateAnswers(judged);
    expect(overall.precision).toBeGreaterThan(0.95);
    for (const by of ['memory', 'patterns', 'model'] as const)
      expect(byCategorizer.get(by)?.answerCount).toBeGreaterThan(75);
  });

  describe('with rows without a label that are harder', () => {
    // All labels are of merchants that come back, which memory knows.
    const known = labelledRows(600).filter(({ merchantName }) => merchantName?.startsWith('known'));
    // Labels show that this pattern is often wrong.
    const match = {
      patternId: 99,
      categoryId: 1,
      kind: 'merchant_name/pattern_in_text/words',
    } as const;
    const matched = (place: number) => ({ merchantName: name(place), description: null, match });
    const labelled = Array.from({ length: 20 }, (_, place) => ({
      ...matched(700_000 + place * 40_009),
      categoryId: place % 3 === 0 ? 2 : 1,
    }));
    const unlabelled = Array.from({ length: 600 }, (_, place) => matched(90_000 + place * 40_009));
    const minConfidence = async (rows: JudgeableRow[], others = unlabelled) =>
      (await judgeOutOfFold([...known, ...labelled, ...rows], [], 0.95, others)).minConfidence;

    it('asks for more confidence', async () => {
      expect(await minConfidence([])).toBeGreaterThan(await minConfidence([], []));
    });

    it('asks for no less because a merchant has more labels than rows to come', async () => {
      const gone = Array.from({ length: 5_000 }, () => ({
        merchantName: 'gone',
        description: null,
        categoryId: 1,
        match: null,
      }));
      const without = await minConfidence([]);
      expect(await minConfidence(gone)).toBeLessThan(without);
      expect(await minConfidence(gone.map((row) => ({ ...row, isOld: true })))).toBe(without);
    });
  });

  it('never lets a row vote for its own label', async () => {
    // Each merchant is met once, and its name says nothing.
    const rows = Array.from({ length: 200 }, (_, place) => ({
      merchantName: name(90_000 + place * 40_009),
      description: null,
      categoryId: (place * 7) % 5,
      match: null,
    }));
    const { judged } = await judgeOutOfFold(rows, [], 0.95);
    expect(judged.filter(({ answer }) => answer?.by === 'memory')).toEqual([]);
    expect(judged.filter(({ answer }) => answer !== null).length).toBeLessThan(10);
  });

  it('leaves the model out if all rows have one category', async () => {
    const rows = labelledRows(60).map((row) => ({ ...row, categoryId: 1, match: null }));
    const { learned, judged } = await judgeOutOfFold(rows, [], 0.95);
    expect(learned.model).toBeNull();
    expect(evaluateAnswers(judged).byCategorizer.get('model')?.answerCount).toBe(0);
  });

  it('takes no rows at all', async () => {
    expect((await judgeOutOfFold([], [], 0.95)).judged).toEqual([]);
  });
});

describe('judgePatternsAlone', () => {
  it('counts every match as an answer', () => {
    const rows = labelledRows(60);
    const { overall } = evaluateAnswers(judgePatternsAlone(rows));
    expect(overall.answerCount).toBe(rows.filter(({ match }) => match !== null).length);
    expect(overall.precision).toBe(1);
  });
});
