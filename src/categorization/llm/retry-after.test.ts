import { expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

it.each([
  ['7', 7_000],
  [' 1 ', 1_000],
  ['0', undefined],
  ['99999999', 3_600_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2020 00:00:00 GMT', undefined],
  ['soon', undefined],
  ['-5', undefined],
  [null, undefined],
])('reads %j as %j ms', (header, expected) => {
  expect(retryAfterMs(header, Date.UTC(2026, 0, 1))).toBe(expected);
});
