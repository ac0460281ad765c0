import { expect, test } from '@jest/globals';
import { accountIdOf, accountPath } from './account-path.ts';

test.each(['acc-1', 'a/b c', '100%', '%2F', 'ü店😀', '?#&=+'])('%j comes back', (id) => {
  expect(accountIdOf(accountPath(id))).toBe(id);
});

test('what is no encoded text is no id', () => {
  expect(accountIdOf('/accounts/100%')).toBeNull();
});
