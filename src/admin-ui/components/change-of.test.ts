import { expect, test } from '@jest/globals';
import { changeOf } from './change-of.ts';

test.each([
  ['-150.00', '-100.00', '+50 %'],
  ['-50.00', '-100.00', '−50 %'],
  ['-100.00', '-100.00', '±0 %'],
  ['0.00', '-3.00', '−100 %'],
])('%s after %s is %s', (now, before, change) => {
  expect(changeOf(now, before)).toBe(change);
});

test('is nothing where there was nothing before', () => {
  expect(changeOf('-1.00', '0.00')).toBeNull();
});
