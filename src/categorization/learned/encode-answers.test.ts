import { expect, test } from '@jest/globals';
import { decodeAnswers, encodeAnswers } from './encode-answers.ts';

test('answers come back as they were, in about two bytes each', () => {
  const byId = new Map(
    Array.from({ length: 3_000 }, (_, place) => [
      10_000_000_000 + 7 * place,
      (['none', 'right', 'wrong'] as const)[place % 3] ?? 'none',
    ]),
  );
  const data = encodeAnswers(byId);
  expect(data.length).toBeLessThan(6_010);
  expect([...decodeAnswers(data)]).toEqual([...byId]);
  expect(decodeAnswers(encodeAnswers(new Map())).size).toBe(0);
});
