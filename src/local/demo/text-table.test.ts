import { describe, expect, it } from '@jest/globals';
import { formatTable } from './text-table.ts';

describe('formatTable', () => {
  it('makes each column as wide as its widest cell and aligns figures on the right', () => {
    const lines = formatTable(
      [{ title: 'Name' }, { title: 'Sum', align: 'right' }],
      [
        ['Groceries', '-1234.50'],
        ['Fuel', 7],
      ],
    );
    expect(lines).toEqual(['Name            Sum', 'Groceries  -1234.50', 'Fuel              7']);
  });

  it('gives the titles alone where there are no rows', () => {
    expect(formatTable([{ title: 'Name' }, { title: 'Sum' }], [])).toEqual(['Name  Sum']);
  });
});
