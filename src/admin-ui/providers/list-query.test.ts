import { expect, test } from '@jest/globals';
import { filterQuery, listQuery } from './list-query.ts';

test('counts entries where Refine counts pages', () => {
  const query = listQuery({ pagination: { currentPage: 3, pageSize: 20 } });
  expect(query.toString()).toBe('_start=40&_end=60');
});

test('sorts by several fields', () => {
  const query = listQuery({
    pagination: { mode: 'off' },
    sorters: [
      { field: 'date', order: 'desc' },
      { field: 'id', order: 'asc' },
    ],
  });
  expect(query.toString()).toBe('_sort=date%2Cid&_order=desc%2Casc');
});

test('names operators as the API does, and repeats what may be one of several', () => {
  const query = filterQuery([
    { field: 'status', operator: 'in', value: ['failed', 'pending'] },
    { field: 'date', operator: 'gte', value: '2026-01-01' },
    { field: 'name', operator: 'contains', value: 'gro' },
    { field: 'q', operator: 'eq', value: '' },
  ]);
  expect(query.toString()).toBe('status=failed&status=pending&date_gte=2026-01-01&name_like=gro');
});

test('refuses an operator that the API has not', () => {
  expect(() => filterQuery([{ field: 'a', operator: 'null', value: true }])).toThrow('null');
});
