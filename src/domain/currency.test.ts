import { expect, it } from '@jest/globals';
import { isCurrency } from './currency.ts';

it.each(['USD', 'EUR', 'ZAR', 'JPY', 'DEM', 'TZS', 'XAU'])('knows %s', (code) => {
  expect(isCurrency(code)).toBe(true);
});

it.each(['usd', 'ZZZ', 'US', 'USDX', '', ' USD', '$', 'BTC'])('does not know %p', (code) => {
  expect(isCurrency(code)).toBe(false);
});

it('knows every currency that Node.js does', () => {
  expect(Intl.supportedValuesOf('currency').filter((code) => !isCurrency(code))).toEqual([]);
});
