import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readRecord } from './read-record.ts';
import { recordJsonSchema } from './record-schema.ts';

const documented = JSON.parse(
  readFileSync(new URL('../../../docs/kafka-record.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(documented);

it('is what the documentation shows; `node src/kafka-schema.ts` writes it', () => {
  expect(documented).toEqual(JSON.parse(JSON.stringify(recordJsonSchema())));
});

const row = {
  transaction_id: 't-1',
  account_id: 'acc-1',
  amount: '-1.5',
  currency: 'USD',
  date: '2026-01-31',
};
const record = (given: Record<string, unknown> = {}) => ({
  version: 1,
  request_id: null,
  transactions: [row],
  ...given,
});

describe('the documented schema and the consumer agree about', () => {
  it.each<[string, unknown, boolean]>([
    ['a batch', record(), true],
    ['a batch without a request id', { version: 1, transactions: [row] }, true],
    [
      'a row of a Plaid transaction',
      record({ transactions: [{ ...row, name: 'x', pending: false }] }),
      true,
    ],
    ['an amount that is a number', record({ transactions: [{ ...row, amount: -1.5 }] }), true],
    ['no rows', record({ transactions: [] }), false],
    ['another version', record({ version: 2 }), false],
    ['a field that is not known', record({ lineage_id: 1 }), false],
    [
      'a row without an account',
      record({ transactions: [{ ...row, account_id: undefined }] }),
      false,
    ],
    [
      'an amount of five decimals',
      record({ transactions: [{ ...row, amount: '1.00001' }] }),
      false,
    ],
    ['a long id', record({ transactions: [{ ...row, transaction_id: 'x'.repeat(256) }] }), false],
  ])('%s', async (_, value, isGood) => {
    const text = JSON.stringify(value);
    expect(validate(JSON.parse(text))).toBe(isGood);
    const reading = readRecord(Buffer.from(text), {
      maxRows: 10,
      accountPrefixes: [],
      mayHaveParts: false,
    });
    if (isGood)
      await expect(reading).resolves.toMatchObject({ transactions: [{ currency: 'USD' }] });
    else await expect(reading).rejects.toThrow();
  });
});
