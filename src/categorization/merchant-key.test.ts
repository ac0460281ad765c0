import { expect, it } from '@jest/globals';
import { merchantKey } from './merchant-key.ts';

it.each([
  ['BLUE DOOR #7', 'POS PURCHASE 0423', 'blue door'],
  [null, 'SALARY 2026-01 REF 0423', 'description: salary ref'],
  ['0423', 'SALARY 2026-02', 'description: salary'],
  ['0423', '7 - 99', 'texts: 0423, 7 - 99'],
  [null, null, 'texts: '],
])('of the merchant %j and the description %j is %j', (merchantName, description, key) => {
  expect(merchantKey({ merchantName, description })).toBe(key);
});
