import { accepted, batch, batchText, type Case, refused, row, rowText } from '../case.ts';

const pointer = ['/transactions/0/amount'];

/** JSON numbers in every form, and the amount that is stored. They are read as doubles, in their shortest form. */
const numbers: [string, string][] = [
  ['0', '0'],
  ['-0', '0'],
  ['0.0', '0'],
  ['-0.0', '0'],
  ['0e0', '0'],
  ['0e999', '0'],
  ['-0e-999', '0'],
  ['1', '1'],
  ['-1', '-1'],
  ['1.0', '1'],
  ['1.5', '1.5'],
  ['-12.34', '-12.34'],
  ['0.1', '0.1'],
  ['0.0001', '0.0001'],
  ['-0.0001', '-0.0001'],
  ['1e2', '100'],
  ['1E2', '100'],
  ['1e+2', '100'],
  ['1E+02', '100'],
  ['1e0', '1'],
  ['1e-0', '1'],
  ['1e-4', '0.0001'],
  ['1.5e3', '1500'],
  ['12.34e1', '123.4'],
  ['100e-2', '1'],
  ['123456e-4', '12.3456'],
  ['1e14', '100000000000000'],
  ['999999999999999', '999999999999999'],
  ['-999999999999999', '-999999999999999'],
  ['123456789012345.1', '123456789012345.1'],
  ['99999999999.9999', '99999999999.9999'],
  ['1.00000', '1'],
  ['1.10000000000000000000', '1.1'],
  ['1.23450000000000000000001', '1.2345'],
  ['0.1000000000000000055511151231257827', '0.1'],
  ['0.1000000000000000000000000001', '0.1'],
  ['4.35', '4.35'],
  ['2.675', '2.675'],
  ['1e-400', '0'],
  ['-1e-400', '0'],
  ['1000000000000000e-1', '100000000000000'],
  [`1${'0'.repeat(100)}e-100`, '1'],
  [`0.${'0'.repeat(100)}1e101`, '1'],
];

const badNumbers = [
  '1e15',
  '-1e15',
  '1000000000000000',
  '999999999999999.99999',
  '9007199254740993',
  '1e20',
  '1e21',
  '123456789012345678901234567890',
  '1e-5',
  '0.00001',
  '1e-6',
  '1e-7',
  '5e-324',
  '1.23456',
  '0.30000000000000004',
  '12345678901234567890e-10',
  '1e308',
  '1e309',
  '1e400',
  '-1e400',
  '1e999999999999',
  '1.7976931348623157e308',
  `1${'0'.repeat(400)}`,
];

/** What is no number of JSON. */
const noNumbers = [
  '+1',
  '.5',
  '-.5',
  '5.',
  '1.e2',
  '01',
  '-01',
  '00',
  '1e',
  '1e+',
  '1E-',
  '-',
  '--1',
  '1.2.3',
  '1,5',
  '1_000',
  '0x10',
  '0b1',
  '1n',
  'NaN',
  '-NaN',
  'Infinity',
  '-Infinity',
  'nan',
  '١',
  '1 2',
  '1f',
];

/** Decimals in text, which are stored as they are. */
const texts = [
  '0',
  '-0',
  '0.0',
  '00',
  '000000000000000',
  '000000000000001',
  '-000000000000001.1000',
  '1.0',
  '1.00',
  '1.2345',
  '-42.10',
  '-0.0001',
  '999999999999999.9999',
  '-999999999999999.9999',
];

const badTexts = [
  '',
  ' ',
  '-',
  '.',
  '+1',
  '.5',
  '-.5',
  '5.',
  ' 1',
  '1 ',
  '1\n',
  '\t1',
  '\u00a01',
  '1\u2028',
  '1.00000',
  '1.23456',
  '1000000000000000',
  '0000000000000001',
  '1234567890123456.1',
  '1e2',
  '1E2',
  '1e-2',
  '1e',
  '.5e1',
  '1,50',
  '1.000,50',
  '1_000',
  '--1',
  '1-',
  '(1)',
  '$1',
  '1 USD',
  '1\0',
  '0x10',
  'NaN',
  'Infinity',
  'null',
  '１２',
  '١٢',
  '−1',
  'abc',
  '1.2.3',
  '\ud800',
  `${'1'.repeat(60_000)}x`,
  `1e${'1'.repeat(1_000)}`,
];

const otherTypes = ['null', 'true', 'false', '[]', '["1"]', '{}', '{"value":1}'];

const pad = (amount: string): string => {
  const [whole = '', places = ''] = amount.split('.');
  const digits = whole.replace('-', '').replace(/^0+(?=\d)/, '');
  const sign = amount.startsWith('-') && /[1-9]/.test(amount) ? '-' : '';
  return `${sign}${digits}.${places.padEnd(4, '0')}`;
};

const short = (text: string) => (text.length > 50 ? `${text.slice(0, 50)}…` : text);

export const amounts: Case[] = [
  ...numbers.map(([text, amount]) =>
    accepted(`the number ${short(text)} is ${amount}`, batchText(rowText(`"amount":${text}`)), {
      stored: [{ amount: pad(amount) }],
    }),
  ),
  ...badNumbers.map((text) =>
    refused(
      `the number ${short(text)}`,
      batchText(rowText(`"amount":${text}`)),
      'invalid_request',
      pointer,
    ),
  ),
  ...noNumbers.map((text) =>
    refused(
      `${text}, which is no number of JSON`,
      batchText(rowText(`"amount":${text}`)),
      'malformed_json',
    ),
  ),
  ...noNumbers.map((text) =>
    refused(
      `${text} in a field that nobody reads`,
      batchText(rowText(`"extra":${text}`)),
      'malformed_json',
    ),
  ),
  accepted(
    'a number of any size in a field that nobody reads',
    batchText(rowText(`"extra":[1e999,-0,${'1'.repeat(1_000)}]`)),
  ),
  ...texts.map((amount) =>
    accepted(`the amount "${amount}"`, batch(row({ amount })), {
      stored: [{ amount: pad(amount) }],
    }),
  ),
  ...badTexts.map((amount) =>
    refused(
      `the amount ${short(JSON.stringify(amount))}`,
      batch(row({ amount })),
      'invalid_request',
      pointer,
    ),
  ),
  ...otherTypes.map((text) =>
    refused(
      `the amount ${text}`,
      batchText(rowText(`"amount":${text}`)),
      'invalid_request',
      pointer,
    ),
  ),
  refused('no amount', batch(row({ amount: undefined })), 'invalid_request', pointer),
];
