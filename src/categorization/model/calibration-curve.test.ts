import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../random-order.ts';
import { CalibrationCurve, type HeldOutAnswer } from './calibration-curve.ts';

/** Answers that are right less often than their score says: in score² of the cases. */
function overconfident(count: number): HeldOutAnswer[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, (_, merchant) => {
    const score = random();
    return { score, isRight: random() < score * score, weight: 1, merchant };
  });
}

describe('CalibrationCurve', () => {
  it('finds the share of right answers at a score, cautiously', () => {
    const curve = CalibrationCurve.fit(overconfident(20_000));
    for (const score of [0.2, 0.5, 0.7, 0.9]) {
      expect(curve.confidenceAt(score)).toBeLessThan(score * score + 0.01);
      expect(curve.confidenceAt(score)).toBeGreaterThan(score * score - 0.06);
    }
  });

  it('never falls as the score rises', () => {
    const curve = CalibrationCurve.fit(overconfident(200));
    const confidences = Array.from({ length: 101 }, (_, at) => curve.confidenceAt(at / 100));
    expect(confidences).toEqual(confidences.toSorted((a, b) => a - b));
  });

  it('promises less if fewer merchants show it', () => {
    const right = (count: number, merchants: number): HeldOutAnswer[] =>
      Array.from({ length: count }, (_, place) => ({
        score: 0.99,
        isRight: true,
        weight: 1,
        merchant: place % merchants,
      }));
    const few = CalibrationCurve.fit(right(300, 15)).confidenceAt(0.99);
    const many = CalibrationCurve.fit(right(300, 300)).confidenceAt(0.99);
    expect(few).toBeLessThan(0.9);
    expect(many).toBeGreaterThan(0.95);
  });

  it('shows nothing with eleven merchants, and something with twelve', () => {
    const answers = overconfident(11);
    expect(CalibrationCurve.fit(answers).points).toEqual([]);
    expect(CalibrationCurve.fit(answers).confidenceAt(1)).toBe(0);
    expect(CalibrationCurve.fit([]).confidenceAt(0.5)).toBe(0);
    expect(CalibrationCurve.fit(overconfident(12)).points.length).toBeGreaterThan(0);
  });
});
