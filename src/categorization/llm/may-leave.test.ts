import { describe, expect, it } from '@jest/globals';
import { normalizeMerchant } from '../normalize-merchant.ts';
import { mayLeave } from './may-leave.ts';

describe('mayLeave', () => {
  it.each(['blue door', '7-eleven', 'スターバックス', 'route 66', 'a'.repeat(100)])(
    'lets %s leave',
    (merchant) => {
      expect(mayLeave(merchant)).toBe(true);
    },
  );

  it.each(['card 12345', 'no 12 345', 'iban de12-3456', '١٢٣٤٥ shop', 'a'.repeat(101)])(
    'keeps %s',
    (merchant) => {
      expect(mayLeave(merchant)).toBe(false);
    },
  );

  it.each([
    'TRANSFER 4929123412341234',
    'Shell 12345 98765',
    'AMZN Mktp US*2K4PL1234',
    'PAYPAL *JOHN 4029357733',
    'Tel 555-123-4567 Pizza',
  ])('is asked about %s without its numbers', (text) => {
    expect(normalizeMerchant(text) ?? '').not.toMatch(/\d{5}/);
    expect(mayLeave(normalizeMerchant(text) ?? '')).toBe(true);
  });
});
