import { expect, it } from '@jest/globals';
import { wilsonInterval } from './wilson-interval.ts';

// The bounds that Brown, Cai and DasGupta's formula gives, to four digits.
it.each([
  [0, 0, 0, 1],
  [10, 10, 0.7225, 1],
  [0, 10, 0, 0.2775],
  [81, 263, 0.2553, 0.3662],
])('puts the share of %i in %i between %f and %f', (right, count, low, high) => {
  const interval = wilsonInterval(right, count);
  expect(interval[0]).toBeCloseTo(low, 3);
  expect(interval[1]).toBeCloseTo(high, 3);
});
