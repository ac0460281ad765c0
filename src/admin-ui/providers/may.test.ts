import { expect, test } from '@jest/globals';
import { may } from './may.ts';

test('a viewer sees, and changes nothing', () => {
  expect(may('viewer', 'list', 'categories')).toBe(true);
  expect(may('viewer', 'edit', 'categories')).toBe(false);
});

test('an editor changes categories, and does not see API keys', () => {
  expect(may('editor', 'delete', 'category-patterns')).toBe(true);
  expect(may('editor', 'list', 'api-keys')).toBe(false);
});

test('an admin may do everything', () => {
  for (const resource of ['categories', 'api-keys', 'users', 'system'])
    expect(may('admin', 'create', resource)).toBe(true);
});
