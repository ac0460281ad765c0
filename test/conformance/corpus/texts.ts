import { accepted, batch, batchText, type Case, refused, row, rowText } from '../case.ts';

const optional = ['merchant_name', 'description', 'name'] as const;
const ids = ['transaction_id', 'account_id'] as const;

/** Data, which comes back byte for byte. */
const kept = [
  '=1+1',
  '@SUM(A1)',
  'tab\tnew\nline\r\\N',
  '\\.',
  '\\N',
  '"quoted" \'single\' `back`',
  "'; DROP TABLE transactions; --",
  ' spaces around ',
  '\u0001\u001f\u007f\u0080\u009f',
  'é e\u0301 ﬁ Å',
  '家乐福 カルフール שלום مرحبا',
  '😀 👩‍👩‍👧‍👦 🇨🇦 \u{10ffff}',
  '\u202eRTL\u202c',
  '\ufeffbefore',
  'between\ufeffletters',
  '\ufffd',
  '\ufffe\uffff',
  '<script>&amp;</script>',
  '\u0085',
  '\u180e',
  '\u200b',
  '\u200d',
  '\u2060',
  '\u001c\u001d\u001e\u001f',
  'null',
  '{}',
  '0',
];

/** White space as ECMAScript has it, which says no more than nothing. */
const blank = [
  '',
  ' ',
  '  \t\r\n\v\f',
  '\u00a0',
  '\ufeff',
  '\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
];

const bad: [string, string][] = [
  ['NUL', 'a\0b'],
  ['NUL alone', '\0'],
  ['a lone high surrogate', 'a\ud800'],
  ['a lone low surrogate', '\udc00a'],
  ['surrogates in the wrong order', '\udc00\ud800'],
  ['a high surrogate before a pair', '\ud83d\ud83d\ude00'],
];

const notText = [0, 5, 1.5, true, false, [], {}, ['x']];

/** Escapes as they stand in the body, and what is stored. */
const escapes: [string, string][] = [
  ['\\u0041\\u0062', 'Ab'],
  ['\\"\\\\\\/\\b\\f\\n\\r\\t', '"\\/\b\f\n\r\t'],
  ['\\ud83d\\ude00', '😀'],
  ['\\uD83D\\uDE00', '😀'],
  ['\\u00e9\\u00E9', 'éé'],
  ['\\ufeffx', '\ufeffx'],
  ['\\uffff', '\uffff'],
  ['\\ufffd', '\ufffd'],
  ['a\u007f', 'a\u007f'],
  ['a\u2028b', 'a\u2028b'],
];

const badEscapes = [
  '\\x41',
  '\\u12',
  '\\u123g',
  '\\u{41}',
  '\\U00000041',
  '\\0',
  '\\v',
  "\\'",
  '\\a',
  '\\',
  '\\\n',
  '\t',
  '\n',
  '\r',
  '\u0000',
  '\u0001',
  '\u001f',
];

const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
const at = (field: string) => [`/transactions/0/${field}`];

export const texts: Case[] = [
  ...kept.flatMap((text) => [
    accepted(
      `${shown(text)} in both texts`,
      batch(row({ merchant_name: text, description: text })),
      { stored: [{ merchant_name: text, description: text }] },
    ),
    accepted(`${shown(text)} in both ids`, batch(row({ transaction_id: text, account_id: text })), {
      stored: [{ transaction_id: text, account_id: text }],
    }),
  ]),
  ...blank.map((text) =>
    accepted(
      `${shown(text)} is no text`,
      batch(row({ merchant_name: text, description: text, name: text })),
      { stored: [{ merchant_name: null, description: null }] },
    ),
  ),
  ...blank
    .filter((text) => text !== '')
    .map((text) =>
      accepted(
        `${shown(text)} is an id`,
        batch(row({ transaction_id: text, account_id: `${text}acc` })),
        { stored: [{ transaction_id: text, account_id: `${text}acc` }] },
      ),
    ),
  accepted(
    'texts that are null',
    batch(row({ merchant_name: null, description: null, name: null })),
    {
      stored: [{ merchant_name: null, description: null }],
    },
  ),
  accepted("Plaid's name", batch(row({ name: 'Tim Hortons' })), {
    stored: [{ description: 'Tim Hortons' }],
  }),
  accepted(
    "Plaid's name beside a blank description",
    batch(row({ description: ' ', name: 'Tim' })),
    {
      stored: [{ description: 'Tim' }],
    },
  ),
  accepted("Plaid's name beside a description", batch(row({ description: 'POS', name: 'Tim' })), {
    stored: [{ description: 'POS' }],
  }),
  ...[...optional, ...ids].flatMap((field) => [
    ...bad.map(([what, text]) =>
      refused(`${what} in ${field}`, batch(row({ [field]: text })), 'invalid_request', at(field)),
    ),
    ...notText.map((value) =>
      refused(
        `${field} that is ${JSON.stringify(value)}`,
        batch(row({ [field]: value })),
        'invalid_request',
        at(field),
      ),
    ),
    ...badEscapes.map((escaped) =>
      refused(
        `the escape ${shown(escaped)} in ${field}`,
        batchText(rowText(`"${field}":"x${escaped}"`)),
        'malformed_json',
      ),
    ),
  ]),
  ...ids.flatMap((field) => [
    refused(`no ${field}`, batch(row({ [field]: undefined })), 'invalid_request', at(field)),
    refused(`${field} that is null`, batch(row({ [field]: null })), 'invalid_request', at(field)),
    refused(`an empty ${field}`, batch(row({ [field]: '' })), 'invalid_request', at(field)),
    ...['a', 'é', '家', '😀'].flatMap((letter) => [
      accepted(
        `${field} of 255 times ${letter}`,
        batch(row({ [field]: `${letter.repeat(255)}` })),
        { stored: [{ [field]: letter.repeat(255) }] },
      ),
      refused(
        `${field} of 256 times ${letter}`,
        batch(row({ [field]: letter.repeat(256) })),
        'invalid_request',
        at(field),
      ),
    ]),
  ]),
  ...optional.flatMap((field) =>
    ['a', 'é', '😀', ' '].flatMap((letter) => [
      accepted(`${field} of 2,000 times ${letter}`, batch(row({ [field]: letter.repeat(2_000) }))),
      refused(
        `${field} of 2,001 times ${letter}`,
        batch(row({ [field]: letter.repeat(2_001) })),
        'invalid_request',
        at(field),
      ),
    ]),
  ),
  refused(
    'a text that is too long and holds a NUL',
    batch(row({ description: `\0${'x'.repeat(2_000)}` })),
    'invalid_request',
    at('description'),
  ),
  ...escapes.map(([escaped, text]) =>
    accepted(`the escape ${shown(escaped)}`, batchText(rowText(`"description":"${escaped}"`)), {
      stored: [{ description: text }],
    }),
  ),
  ...['\\ud800', '\\udfff', '\\ud83dx', '\\ud83d\\u0041', '\\ude00\\ud83d', '\\u0000'].map(
    (escaped) =>
      refused(
        `the escape ${escaped} alone`,
        batchText(rowText(`"description":"${escaped}"`)),
        'invalid_request',
        at('description'),
      ),
  ),
  accepted(
    'lone surrogates and NUL in a field that nobody reads',
    batchText(rowText('"extra":"\\ud800\\u0000","\\udc00":1')),
  ),
];
