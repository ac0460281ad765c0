import { expect, test } from '@jest/globals';
import { formulaSafe } from './formula-safe.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('a cell of %j is text', (text) => {
  expect(formulaSafe(text)).toBe(`'${text}`);
});

test.each(['', 'a=1', "'=1", ' =1', '1-1'])('%j stays as it is', (text) => {
  expect(formulaSafe(text)).toBe(text);
});
