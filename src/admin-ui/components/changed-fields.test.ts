import { expect, test } from '@jest/globals';
import { changedFields, valueText } from './changed-fields.ts';

test('a change has the fields that differ, be they lists or nothing', () => {
  const before = { id: 1, name: 'Food', scopes: ['read'], note: null, updated_at: '1' };
  const after = {
    id: 1,
    name: 'Groceries',
    scopes: ['read', 'ingest'],
    note: null,
    updated_at: '2',
  };
  expect(changedFields(before, after)).toEqual([
    { field: 'name', before: 'Food', after: 'Groceries' },
    { field: 'scopes', before: ['read'], after: ['read', 'ingest'] },
  ]);
});

test('what is new or gone has all its fields', () => {
  expect(changedFields(null, { name: 'Food' })).toEqual([
    { field: 'name', before: undefined, after: 'Food' },
  ]);
  expect(changedFields({ name: 'Food' }, null)).toEqual([
    { field: 'name', before: 'Food', after: undefined },
  ]);
  expect(changedFields(null, null)).toEqual([]);
});

test('values are read as words', () => {
  const patterns = [{ category: 'Food', pattern: 'bakery' }, null];
  expect([null, true, ['a', 'b'], patterns, [], { a: 1 }, 0, ''].map(valueText)).toEqual([
    '–',
    'yes',
    'a, b',
    'Food: bakery, –',
    '–',
    '{"a":1}',
    '0',
    '',
  ]);
});
