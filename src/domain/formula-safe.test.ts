import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formulaSafe, fromFormulaSafe } from './formula-safe.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1"])(
  'a cell of %j is text',
  (text) => {
    expect(formulaSafe(text)).toBe(`'${text}`);
  },
);

test.each(['', 'a=1', ' =1', '1-1', "'quoted"])('%j stays as it is', (text) => {
  expect(formulaSafe(text)).toBe(text);
});

test('every text can be read back', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a') }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (given) => {
      expect(fromFormulaSafe(formulaSafe(given))).toBe(given);
    }),
  );
});
