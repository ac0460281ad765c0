import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formulaSafe, fromFormulaSafe } from './formula-safe.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  ' =1',
  '\u3000＝1',
  ' \t\r\n=1',
  '\t=1',
  '\r=1',
  '\n1',
  '\t1',
  "'=1",
  "' ＝1",
])('a cell of %j is text', (text) => {
  expect(formulaSafe(text)).toBe(`'${text}`);
});

test.each(['', 'a=1', ' a', '1-1', 'x;=1+1', "'quoted"])('%j stays as it is', (text) => {
  expect(formulaSafe(text)).toBe(text);
});

test('every text can be read back', () => {
  const characters = ["'", '=', '+', '-', '@', '＝', '＋', '－', '＠', ' ', '\t', '\r', '\n', 'a'];
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...characters) }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (given) => {
      expect(fromFormulaSafe(formulaSafe(given))).toBe(given);
    }),
  );
});
