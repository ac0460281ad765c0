import { expect, it } from '@jest/globals';
import { correctedConfidence, statedTenth } from './corrected-confidence.ts';

it('believes what the model states while there is no evidence', () => {
  expect(correctedConfidence(0.9, { answerCount: 0, rightCount: 0 })).toBe(0.9);
});

it('believes labelled merchants more, the more there are', () => {
  expect(correctedConfidence(0.9, { answerCount: 20, rightCount: 10 })).toBeCloseTo(0.7, 5);
  expect(correctedConfidence(0.9, { answerCount: 1_000, rightCount: 500 })).toBeCloseTo(0.508, 3);
});

it('puts every stated confidence into one of ten', () => {
  expect([0, 0.09, 0.1, 0.95, 0.99, 1].map(statedTenth)).toEqual([0, 0, 1, 9, 9, 9]);
});
