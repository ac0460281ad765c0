import { expect, test } from '@jest/globals';
import { CountsByText } from './counts-by-text.ts';

test('counts the rows of each text by their category', () => {
  const counts = new CountsByText();
  const largest = 2_147_483_647;
  for (let row = 0; row < 3; row++) counts.count('one', largest);
  counts.count('two', 5);
  counts.count('two', 6);
  counts.count('two', 5);
  counts.set('many', new Map([[7, 3_000_000]]));
  expect(counts.size).toBe(3);
  expect(counts.get('none')).toBeUndefined();
  expect(Object.fromEntries(counts)).toEqual({
    one: new Map([[largest, 3]]),
    two: new Map([
      [5, 2],
      [6, 1],
    ]),
    many: new Map([[7, 3_000_000]]),
  });
});
