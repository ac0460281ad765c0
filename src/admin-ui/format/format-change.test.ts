import { expect, test } from '@jest/globals';
import { formatChange } from './format-change.ts';

test.each([
  ['-150.00', '-100.00', '+50%'],
  ['-50.00', '-100.00', '-50%'],
  ['-100.00', '-100.00', '0%'],
  ['-100.01', '-100.00', '0%'],
  ['0.00', '-3.00', '-100%'],
  ['1500.00', '1.00', '+149,900%'],
])('%s after %s is %s', (current, previous, change) => {
  expect(formatChange(current, previous)).toBe(change);
});

test('is null when the previous amount is zero', () => {
  expect(formatChange('-1.00', '0.00')).toBeNull();
});
