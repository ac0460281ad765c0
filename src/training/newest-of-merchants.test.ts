import { describe, expect, it } from '@jest/globals';
import { NewestOfMerchants, type RowLimits } from './newest-of-merchants.ts';

/** Adds labels from the newest to the oldest, and returns which are kept. Those with higher ids are newer. */
function kept(limits: RowLimits, labels: [merchantName: string, categoryId?: number][]): string[] {
  const newest = new NewestOfMerchants(limits);
  for (const [place, [merchantName, categoryId = 1]] of labels.entries()) {
    const row = { merchantName, description: null, categoryId };
    newest.add(row, () => ({
      ...row,
      id: labels.length - place,
      match: null,
      labelledAt: new Date(0),
      isOld: false,
      isUnseen: false,
    }));
  }
  return newest.rows().map(({ id, merchantName }) => `${merchantName} ${id}`);
}

describe('NewestOfMerchants', () => {
  it('keeps the newest rows of each merchant and category, by ascending id', () => {
    const limits = { rows: 10, rowsOfMerchant: 2 };
    expect(kept(limits, [['a'], ['a'], ['b'], ['a'], ['a', 2]])).toEqual([
      'a 1',
      'b 3',
      'a 4',
      'a 5',
    ]);
    expect(kept(limits, [])).toEqual([]);
  });

  it('counts all shops of a merchant as one', () => {
    expect(kept({ rows: 10, rowsOfMerchant: 1 }, [['a #12'], ['A 7777']])).toEqual(['a #12 2']);
  });

  it('takes from the merchants with most rows if there are too many', () => {
    const limits = { rows: 4, rowsOfMerchant: 4 };
    expect(kept(limits, [['a'], ['a'], ['a'], ['a']])).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(kept(limits, [['a'], ['a'], ['a'], ['a'], ['b']])).toEqual(['b 1', 'a 4', 'a 5']);
  });

  it('keeps the newest merchants if each has one row', () => {
    const limits = { rows: 2, rowsOfMerchant: 2 };
    expect(kept(limits, [['a'], ['a'], ['b'], ['c'], ['a']])).toEqual(['b 3', 'a 5']);
    expect(kept(limits, [['a'], ['b'], ['c'], ['d']])).toEqual(['b 3', 'a 4']);
  });
});
