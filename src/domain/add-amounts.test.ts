import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addAmounts } from './add-amounts.ts';

it.each([
  [[], '0.0000'],
  [['0.1', '0.2'], '0.3000'],
  [['-0.0001', '0.0001'], '0.0000'],
  [['-10.5', '3'], '-7.5000'],
  [['999999999999999.9999', '0.0001'], '1000000000000000.0000'],
])('adds %j to %s', (amounts, sum) => {
  expect(addAmounts(amounts)).toBe(sum);
});

it('adds like whole numbers of units', () => {
  const units = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }));
  const toText = (value: bigint) => {
    const size = String(value < 0n ? -value : value).padStart(5, '0');
    return `${value < 0n ? '-' : ''}${size.slice(0, -4)}.${size.slice(-4)}`;
  };
  fc.assert(
    fc.property(units, (values) => {
      const total = values.reduce((sum, value) => sum + value, 0n);
      expect(addAmounts(values.map(toText))).toBe(toText(total));
    }),
  );
});
