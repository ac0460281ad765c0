import currencies from '../../../contract/currencies.json' with { type: 'json' };
import { accepted, batch, type Case, json, refused, row, rows } from '../case.ts';

const all = [...currencies.current, ...currencies.historic];

const unknown = [
  '',
  ' ',
  'usd',
  'Usd',
  'USd',
  'US',
  'USDX',
  ' USD',
  'USD ',
  'USD\n',
  'U SD',
  'ZZZ',
  'BTC',
  '$',
  '€',
  '840',
  'ＵＳＤ',
  'USD\0',
  'UЅD',
  '\ud800',
  'XXXXXXXXXXXX',
];
const notText = [1, true, [], {}, ['USD']];

export const currencyCases: Case[] = [
  // Lists of the file, so that a code that one side lacks is seen, in as many batches as a body may have rows.
  ...Array.from({ length: Math.ceil(all.length / 100) }, (_, part) => {
    const codes = all.slice(part * 100, part * 100 + 100);
    return accepted(
      `the currencies ${codes[0]} to ${codes.at(-1)}`,
      json({ transactions: codes.map((currency) => row({ currency })) }),
      { stored: codes.map((currency) => ({ currency })) },
    );
  }),
  refused(
    'codes of three letters that are none',
    json({ transactions: near('A').map((currency) => row({ currency })) }),
    'invalid_request',
    Array.from({ length: 100 }, (_, index) => `/transactions/${index}/currency`),
    { errorCount: 150 },
  ),
  ...unknown.map((currency) =>
    refused(
      `the currency ${JSON.stringify(currency)}`,
      batch(row({ currency })),
      'invalid_request',
      ['/transactions/0/currency'],
    ),
  ),
  ...unknown.map((code) =>
    refused(
      `Plaid's currency ${JSON.stringify(code)}`,
      batch(row({ currency: undefined, iso_currency_code: code })),
      'invalid_request',
      ['/transactions/0/iso_currency_code'],
    ),
  ),
  ...notText.map((currency) =>
    refused(
      `the currency ${JSON.stringify(currency)}`,
      batch(row({ currency })),
      'invalid_request',
      ['/transactions/0/currency'],
    ),
  ),
  accepted("Plaid's currency", batch(row({ currency: undefined, iso_currency_code: 'CAD' })), {
    stored: [{ currency: 'CAD' }],
  }),
  accepted(
    "Plaid's currency beside a null",
    batch(row({ currency: null, iso_currency_code: 'CAD' })),
    {
      stored: [{ currency: 'CAD' }],
    },
  ),
  accepted('both currencies, of which ours counts', batch(row({ iso_currency_code: 'CAD' })), {
    stored: [{ currency: 'USD' }],
  }),
  accepted("a currency beside Plaid's null", batch(row({ iso_currency_code: null })), {
    stored: [{ currency: 'USD' }],
  }),
  refused(
    "a good currency beside a bad one of Plaid's",
    batch(row({ iso_currency_code: 'usd' })),
    'invalid_request',
    ['/transactions/0/iso_currency_code'],
  ),
  refused(
    "a bad currency beside a good one of Plaid's",
    batch(row({ currency: 'usd', iso_currency_code: 'CAD' })),
    'invalid_request',
    ['/transactions/0/currency'],
  ),
  refused('no currency', batch(row({ currency: undefined })), 'invalid_request', [
    '/transactions/0/currency',
  ]),
  refused(
    'two currencies that are null',
    batch(row({ currency: null, iso_currency_code: null })),
    'invalid_request',
    ['/transactions/0/currency'],
  ),
  refused(
    'no currency, and all else wrong',
    batch({ unofficial_currency_code: 'USD' }),
    'invalid_request',
    ['transaction_id', 'account_id', 'amount', 'date', 'currency'].map(
      (field) => `/transactions/0/${field}`,
    ),
  ),
  accepted(
    'an unofficial currency code is not read',
    batch(...rows(1, { unofficial_currency_code: 7 })),
  ),
];

function near(first: string): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const known = new Set(all);
  return letters
    .flatMap((second) => letters.map((third) => first + second + third))
    .filter((code) => !known.has(code))
    .slice(0, 150);
}
