import { expect, test } from '@jest/globals';
import { formatAmount } from './format-amount.ts';

test.each([
  ['-1234.50', 'USD', '-1,234.50'],
  ['1234.5678', 'USD', '1,234.5678'],
  ['1234.00', 'JPY', '1,234'],
  ['1234.50', 'JPY', '1,234.5'],
  ['1234.50', 'KWD', '1,234.500'],
  ['1234.50', 'XXX', '1,234.50'],
  ['-999999999999999.9999', 'USD', '-999,999,999,999,999.9999'],
  ['0.00', 'USD', '0.00'],
])('%s %s is shown as %s', (amount, currency, text) => {
  expect(formatAmount(amount, currency)).toBe(text);
});
