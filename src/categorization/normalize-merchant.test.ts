import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizeMerchant } from './normalize-merchant.ts';

describe('normalizeMerchant', () => {
  it.each([
    ['SQ *BLUE DOOR 0423 TORONTO ON', 'blue door'],
    ['Blue Door #7', 'blue door'],
    ['TST* BLUE DOOR', 'blue door'],
    ['PAYPAL *BLUEDOOR', 'bluedoor'],
    ['SumUp *Blue Door', 'blue door'],
    ['POS PURCHASE  BLUE DOOR', 'blue door'],
    ['THE BLUE DOOR #7080', 'blue door'],
    ['BLUE DOOR INC.', 'blue door'],
    ['BLUE DOOR CANADA INC', 'blue door'],
    ['BLUE DOOR (11)', 'blue door'],
    ['BLUE DOOR W524', 'blue door'],
    ['BLUE DOOR NV61F8YR3', 'blue door'],
    ['BLUE DOOR 2024-01-31', 'blue door'],
    ['BLUE DOOR 416-555-0100', 'blue door'],
    ['BLUE DOOR SAN FRANCISCO CA', 'blue door'],
    ['BLUE DOOR LONDON GBR', 'blue door'],
    ['BLUEDOORMARKET0954', 'bluedoormarket'],
    ['BLUEDOOR.COM149060827691', 'bluedoor.com'],
    ['1-800-BLUEDOOR', 'bluedoor'],
  ])('removes everything but the name from %s', (text, merchant) => {
    expect(normalizeMerchant(text)).toBe(merchant);
  });

  it.each([
    ['7-ELEVEN 32111', '7-eleven'],
    ['3M', '3m'],
    ['CITY OF TORONTO', 'city of toronto'],
    ['TORONTO', 'toronto'],
    ['CANADA', 'canada'],
    ['BLUEDOOR.CA', 'bluedoor.ca'],
    ["O'BRIEN & SONS", "o'brien sons"],
    ['VISA PAYMENT', 'visa payment'],
  ])('leaves %s its name', (text, merchant) => {
    expect(normalizeMerchant(text)).toBe(merchant);
  });

  it.each([
    ['星巴克 0123', '星巴克'],
    ['星巴克0123', '星巴克'],
    ['МАГАЗИН №5', 'магазин'],
    ['قهوة 123', 'قهوة'],
    ['ＢＬＵＥ　ＤＯＯＲ', 'blue door'],
    ['CAFÉ MÜNCHEN', 'café'],
  ])('keeps the letters of %s', (text, merchant) => {
    expect(normalizeMerchant(text)).toBe(merchant);
  });

  it.each([null, '', '   ', '12345', '#7 - 99', '***', '2024-01-31', '🎉'])(
    'finds no merchant in %j',
    (text) => {
      expect(normalizeMerchant(text)).toBeNull();
    },
  );

  it('looks at 200 characters of a text that normalising makes longer', () => {
    // Each becomes eighteen characters.
    expect(normalizeMerchant('ﷺ'.repeat(1_900))?.length).toBeLessThanOrEqual(200);
  });

  it('returns null or a name with a letter, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const merchant = normalizeMerchant(text);
        if (merchant !== null) expect(merchant).toMatch(/\p{L}/u);
      }),
    );
  });
});
