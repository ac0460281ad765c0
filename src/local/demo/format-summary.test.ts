import { describe, expect, it } from '@jest/globals';
import { formatSummary } from './format-summary.ts';

describe('formatSummary', () => {
  it('shows amounts digit by digit as they come, a line a currency', () => {
    const totals = {
      total_transactions: 2,
      total_spend: '-9007199254740993.10',
      total_income: '0.00',
    };
    const text = formatSummary({
      account_id: 'acc-1',
      date_range: { start: '2026-01-01', end: '2026-03-31' },
      by_currency: [
        { currency: 'EUR', ...totals, net_amount: '-9007199254740993.10' },
        { currency: 'USD', ...totals, net_amount: '-9007199254740993.10' },
      ],
      top_spending_categories: [
        {
          category: 'Groceries',
          currency: 'EUR',
          transaction_count: 2,
          total_spend: '-9.10',
          share_of_spend: 0.25,
        },
      ],
    });
    expect(text.split('\n')).toEqual([
      '  Account acc-1, 2026-01-01 to 2026-03-31',
      '',
      '  Currency  Transactions                 Spend  Income                   Net',
      '  EUR                  2  -9007199254740993.10    0.00  -9007199254740993.10',
      '  USD                  2  -9007199254740993.10    0.00  -9007199254740993.10',
      '',
      '  Top spending  Currency  Transactions  Spend   Share',
      '  Groceries     EUR                  2  -9.10  25.0 %',
    ]);
  });
});
