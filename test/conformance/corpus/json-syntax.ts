import { accepted, batchText, type Case, refused, rowText } from '../case.ts';

const good = () => `{"transactions":[${rowText('"x":1')}]}`;
const body = (value: string | Buffer) => ({ body: value });

const broken = [
  '',
  ' ',
  '\n',
  '{',
  '[',
  '{"transactions"',
  '{"transactions":',
  '{"transactions": [',
  '{"transactions":[}',
  '{"transactions":[]',
  '{"transactions":[]]',
  '{"transactions":[]}}',
  '{"transactions":[]}{}',
  '{"transactions":[]} x',
  '{"transactions":[],}',
  '{"transactions":[,]}',
  '{"transactions":[{},]}',
  '{"transactions":[{} {}]}',
  '{"transactions":[{}],,"a":1}',
  '{"transactions" []}',
  '{"transactions"=[]}',
  "{'transactions':[]}",
  '{transactions:[]}',
  '{1:[]}',
  '{null:1}',
  '{"a" "b"}',
  '{"a":1 "b":2}',
  'undefined',
  'nul',
  'nulll',
  'True',
  'tru',
  'tru e',
  'None',
  '//comment\n{}',
  '/* comment */{}',
  '{} // comment',
  '#\n{}',
  '"text',
  'text',
  'a=b&c=d',
  '<xml/>',
  '\u00a0{}',
  '\u2028{}',
  '{}\u0000',
  '\u0000{}',
  '\f{}',
  '\v{}',
  '{\u00a0}',
  '\ufeff\ufeff{}',
  ' \ufeff{}',
  '{}\ufeff',
];

/** Bytes that are no UTF-8. */
const notUtf8: [string, number[]][] = [
  ['a lone continuation', [0x80]],
  ['a byte that UTF-8 has not', [0xff]],
  ['another', [0xfe]],
  ['a character in more bytes than it takes', [0xc0, 0x80]],
  ['another in more bytes than it takes', [0xe0, 0x80, 0xaf]],
  ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ['a character of five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a pair of surrogates', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['a character that is cut off', [0xe2, 0x82]],
  ['a character that is cut off after a byte', [0xf0]],
  ['Latin-1', [0xe9]],
];

/** The text with `@` in place of the bytes. */
const withBytes = (text: string, bytes: number[]): Buffer => {
  const [before = '', after = ''] = text.split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

export const jsonSyntax: Case[] = [
  ...broken.map((text) =>
    refused(`the body ${JSON.stringify(text)}`, body(text), 'malformed_json'),
  ),
  ...[1, 2, 3].map((part) =>
    refused(
      `a body that ends after ${part} of 4 parts`,
      body(good().slice(0, Math.floor((good().length * part) / 4))),
      'malformed_json',
    ),
  ),
  accepted('a byte order mark before the body', body(`\ufeff${good()}`)),
  ...notUtf8.flatMap(([what, bytes]) => [
    refused(
      `${what} in a text`,
      body(withBytes(`{"transactions":[${rowText('"description":"a@b"')}]}`, bytes)),
      'invalid_encoding',
    ),
    refused(
      `${what} in a field that nobody reads`,
      body(withBytes(`{"a@b":1,"transactions":[${rowText('"x":1')}]}`, bytes)),
      'invalid_encoding',
    ),
    refused(
      `${what} at the end of the body`,
      body(withBytes(`${good()}@`, bytes)),
      'invalid_encoding',
    ),
  ]),
  refused('UTF-16', body(Buffer.from(good(), 'utf16le')), 'malformed_json'),
  refused(
    'UTF-16 with its mark',
    body(Buffer.from(`\ufeff${good()}`, 'utf16le')),
    'invalid_encoding',
  ),
  ...[1, 2, 3, 7, 64].map((pieceBytes) =>
    accepted(
      `a body in pieces of ${pieceBytes} bytes, cut inside characters`,
      { ...batchText(rowText('"description":"é家😀\\ud83d\\ude00"')), pieceBytes },
      { stored: [{ description: 'é家😀😀' }] },
    ),
  ),
  refused(
    'a character that is cut off by the end of the body, in pieces',
    { body: Buffer.from([...Buffer.from('{"a":"'), 0xe2, 0x82]), pieceBytes: 3 },
    'invalid_encoding',
  ),
];
