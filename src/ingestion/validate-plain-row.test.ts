import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { transactionSchema } from './transaction-schema.ts';
import { validatePlainRow } from './validate-plain-row.ts';

const plain = {
  transaction_id: 't-1',
  account_id: 'acc-1',
  amount: '-12.34',
  currency: 'USD',
  date: '2026-02-28',
  merchant_name: 'WALMART #123',
  description: 'POS PURCHASE',
};

/** Values that lie at the edge of one rule or another. */
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  ' ',
  '\u00a0\ufeff',
  'a\0b',
  '\ud800',
  '😀',
  'x'.repeat(255),
  'x'.repeat(256),
  '😀'.repeat(255),
  '😀'.repeat(256),
  'y'.repeat(2_000),
  'y'.repeat(2_001),
  '😀'.repeat(2_000),
  0,
  -0,
  12.5,
  1e21,
  1e-7,
  0.00001,
  123456789012345.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '1.2345',
  '1.23456',
  '0000000000000001',
  '1.',
  '.5',
  '+1',
  ' 1',
  '1\n',
  'USD',
  'usd',
  'XYZ',
  'EUR\n',
  '2026-02-29',
  '2024-02-29',
  '1900-02-29',
  '2000-02-29',
  '0000-01-01',
  '0001-01-01',
  '9999-12-31',
  '2026-13-01',
  '2026-04-31',
  '2026-1-001',
  '2026-0a-01',
  '٢٠٢٦-01-01',
  '2026-01-01T23:59:60Z',
  '2026-01-01t10:00+0530',
  '2026-01-01 10:00:00.123',
  '2026-02-30T10:00Z',
  '2026-01-01T24:00Z',
  '2026-01-01\n',
  true,
  [],
  {},
  Object.create(null),
  10n,
);
const value = fc.oneof(
  { weight: 3, arbitrary: odd },
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.jsonValue(),
);
/** Mostly good, so that the row is not refused for another of its fields. */
const field = (good: unknown) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, { weight: 2, arbitrary: value });
const row = fc.record(
  {
    transaction_id: field(plain.transaction_id),
    account_id: field(plain.account_id),
    amount: field(plain.amount),
    currency: field(plain.currency),
    iso_currency_code: field('EUR'),
    date: field(plain.date),
    merchant_name: field(plain.merchant_name),
    description: field(plain.description),
    name: field('a name'),
    category: value,
  },
  { requiredKeys: [] },
);

describe('validatePlainRow', () => {
  it('makes of a good row what the schema makes of it', () => {
    expect(validatePlainRow(plain)).toEqual(transactionSchema.parse(plain));
    expect(validatePlainRow(plain)).not.toBeNull();
  });

  it('accepts no row that the schema refuses, and makes the same of those that it accepts', () => {
    fc.assert(
      fc.property(row, (row) => {
        const checked = transactionSchema.safeParse(row);
        // Not less either: rows that are left to the schema are merely slower, but none needs to be.
        expect(validatePlainRow(row)).toStrictEqual(checked.success ? checked.data : null);
      }),
      { numRuns: 20_000 },
    );
  });

  it('agrees with the schema on each odd value in each field', () => {
    for (const name of [...Object.keys(plain), 'iso_currency_code', 'name']) {
      fc.assert(
        fc.property(odd, (odd) => {
          const row = { ...plain, [name]: odd };
          const checked = transactionSchema.safeParse(row);
          expect(validatePlainRow(row)).toStrictEqual(checked.success ? checked.data : null);
        }),
        { numRuns: 300 },
      );
    }
  });

  it.each([null, undefined, 1, 'row', true, [], [plain], () => plain])(
    'leaves what is no object with fields to the schema: %p',
    (row) => {
      expect(validatePlainRow(row)).toBeNull();
      expect(transactionSchema.safeParse(row).success).toBe(false);
    },
  );
});
