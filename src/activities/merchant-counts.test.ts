import { describe, expect, it } from '@jest/globals';
import { MerchantCounts } from './merchant-counts.ts';

describe('MerchantCounts', () => {
  it('finds a merchant among more merchants seen once than it remembers', async () => {
    const counts = new MerchantCounts({ minRows: 5, minAccounts: 1 }, 100);
    const names = Array.from({ length: 1_000 }, (_, index) => {
      const letters = [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
      return { merchantName: `shop${letters}shop`, accountId: 'a', rowCount: 1 };
    });
    expect(await counts.add(names)).toEqual(new Set());
    const wanted = { merchantName: 'Blue Door', accountId: 'a', rowCount: 3 };
    expect(await counts.add([wanted, ...names.slice(0, 200), wanted])).toEqual(
      new Set(['blue door']),
    );
    expect(counts.rowCount('blue door')).toBe(6);
  });
});
