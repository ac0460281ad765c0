import {
  accepted,
  batch,
  batchText,
  type Case,
  json,
  refused,
  row,
  rows,
  rowText,
} from '../case.ts';

const notRows = [null, true, false, 0, 'row', ''];

/** Names that are nearly those of fields: fields have one spelling. */
const nearNames = [
  'Amount',
  'AMOUNT',
  'amount ',
  ' amount',
  'amounT',
  'amount\\u0000',
  'a\\u006dounts',
  'transaction_Id',
  'transactionId',
  'tran\u017faction_id',
  'de\u017fcription',
  'merchant_name_',
  'iso_\u212aurrency_code',
  'DESCRIPTION',
];

const at = (fields: string[], index = 0) =>
  fields.map((field) => `/transactions/${index}/${field}`);
const required = ['transaction_id', 'account_id', 'amount', 'date', 'currency'];

export const rowCases: Case[] = [
  ...notRows.map((value) =>
    refused(`a row that is ${JSON.stringify(value)}`, batch(value), 'invalid_request', [
      '/transactions/0',
    ]),
  ),
  // A list has no field, and is looked at like an object to tell of the currency.
  ...[[], [[]]].map((value) =>
    refused(`a row that is ${JSON.stringify(value)}`, batch(value), 'invalid_request', [
      '/transactions/0',
      '/transactions/0/currency',
    ]),
  ),
  refused('an empty row', batch({}), 'invalid_request', at(required)),
  refused(
    'a row with all that can be wrong',
    batch({
      transaction_id: 1,
      account_id: '',
      amount: 'x',
      currency: 'x',
      iso_currency_code: 'x',
      date: 'x',
      merchant_name: 1,
      description: 1,
      name: 1,
    }),
    'invalid_request',
    at([
      'transaction_id',
      'account_id',
      'amount',
      'currency',
      'iso_currency_code',
      'date',
      'merchant_name',
      'description',
      'name',
    ]),
  ),
  refused(
    'the last of three rows',
    batch(row(), row(), row({ amount: 'x', date: 'x' })),
    'invalid_request',
    at(['amount', 'date'], 2),
  ),
  refused(
    'some of many rows',
    batch(row({ amount: 'x' }), row(), null, row({ currency: 'x' })),
    'invalid_request',
    ['/transactions/0/amount', '/transactions/2', '/transactions/3/currency'],
  ),
  refused(
    'exactly a hundred errors',
    json({ transactions: rows(100, { amount: 'x' }) }),
    'invalid_request',
    Array.from({ length: 100 }, (_, index) => `/transactions/${index}/amount`),
    { errorCount: 100 },
  ),
  refused(
    'a hundred and one errors, of which the first hundred are named',
    json({ transactions: rows(101, { amount: 'x' }) }),
    'invalid_request',
    Array.from({ length: 100 }, (_, index) => `/transactions/${index}/amount`),
    { errorCount: 101 },
  ),
  ...nearNames.map((name) =>
    accepted(
      `a field ${JSON.stringify(name)} is not read`,
      batchText(rowText(`"${name}":"not read"`)),
      { stored: [{ amount: '-42.1000', description: null, merchant_name: null }] },
    ),
  ),
  accepted('a name with escapes', batchText(rowText('"descri\\u0070tion":"x"')), {
    stored: [{ description: 'x' }],
  }),
  accepted(
    'the last of fields with the same name counts',
    batchText(rowText('"amount":"x","amount":"1.50"')),
    {
      stored: [{ amount: '1.5000' }],
    },
  ),
  refused(
    'the last of fields with the same name counts, also where it is bad',
    batchText(rowText('"amount":"1.50","amount":"x"')),
    'invalid_request',
    at(['amount']),
  ),
  refused(
    'the last of fields with the same name counts, also where it is null',
    batchText(rowText('"date":null')),
    'invalid_request',
    at(['date']),
  ),
  accepted(
    'a field that is null twice',
    batchText(rowText('"description":"x","description":null')),
    {
      stored: [{ description: null }],
    },
  ),
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'].map((name) =>
    accepted(
      `a field ${name} is not read`,
      batchText(rowText(`"${name}":{"amount":"x","description":"x"}`)),
      { stored: [{ amount: '-42.1000', description: null }] },
    ),
  ),
  refused(
    'a row whose fields stand in its __proto__',
    batchText(`{"__proto__":${rowText('"x":1')}}`),
    'invalid_request',
    at(required),
  ),
  accepted('an empty name of a field', batchText(rowText('"":1'))),
  accepted(
    'any field of any kind that is not known',
    batch(row({ a: [], b: {}, c: null, d: [{ e: [1] }] })),
  ),
  accepted(
    'a row of Plaid',
    json({
      accounts: [{ account_id: 'plaid-1', balances: { available: 1 } }],
      item: {},
      request_id: 'plaid-request',
      total_transactions: 1,
      transactions: [
        {
          account_id: 'plaid-1',
          transaction_id: 'plaid-row',
          account_owner: null,
          amount: 12.5,
          iso_currency_code: 'CAD',
          unofficial_currency_code: null,
          category: ['Food', 'Coffee'],
          category_id: '13005043',
          date: '2026-02-01',
          authorized_date: null,
          datetime: '2026-02-01T10:00:00Z',
          name: 'Tim Hortons #12',
          merchant_name: null,
          location: { city: null, lat: 1.5 },
          payment_meta: {},
          pending: false,
        },
      ],
    }),
    {
      stored: [
        {
          account_id: 'plaid-1',
          transaction_id: 'plaid-row',
          amount: '12.5000',
          currency: 'CAD',
          date: '2026-02-01',
          merchant_name: null,
          description: 'Tim Hortons #12',
        },
      ],
      batch: { request_id: 'plaid-request' },
    },
  ),
];
