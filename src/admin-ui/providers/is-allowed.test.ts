import { expect, test } from '@jest/globals';
import { isAllowed } from './is-allowed.ts';

test('a viewer sees, and changes nothing', () => {
  expect(isAllowed('viewer', 'list', 'categories')).toBe(true);
  expect(isAllowed('viewer', 'edit', 'categories')).toBe(false);
});

test('an editor changes categories, and does not see API keys', () => {
  expect(isAllowed('editor', 'delete', 'category-patterns')).toBe(true);
  expect(isAllowed('editor', 'list', 'api-keys')).toBe(false);
});

test('an admin may do everything', () => {
  for (const resource of ['categories', 'api-keys', 'users', 'system'])
    expect(isAllowed('admin', 'create', resource)).toBe(true);
});
