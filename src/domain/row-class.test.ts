import { expect, test } from '@jest/globals';
import { rowClass } from './row-class.ts';

test.each([
  [0, '1000'],
  [1_000, '1000'],
  [1_001, '10000'],
  [10_000, '10000'],
  [10_001, '100000'],
  [100_000, '100000'],
  [100_001, 'more'],
])('%i rows are of the class %s', (rowCount, label) => {
  expect(rowClass(rowCount)).toBe(label);
});
