import { expect, test } from '@jest/globals';
import { formatPercent } from './format-percent.ts';

test('a share just below a target does not look as if it reached it', () => {
  expect(formatPercent(0.9499)).toBe('94.9%');
  expect(formatPercent(0.95)).toBe('95%');
  expect(formatPercent(0.9999)).toBe('99.9%');
  expect(formatPercent(0.9999999999999998)).toBe('100%');
  expect(formatPercent(1)).toBe('100%');
  expect(formatPercent(0.57)).toBe('57%');
});
