import fc from 'fast-check';
import { type Case, ndjsonType, type Request } from './case.ts';

/** Stands in generated texts for what makes ids differ from case to case. */
const place = '@@';

const oddText = fc.oneof(
  fc.constantFrom(
    'a"b',
    '\\',
    '[{]},:',
    '\0',
    '\u2028',
    '😀',
    '\ud800',
    'é',
    '\ufeff',
    '\u0085',
    ' ',
    '\u00a0',
    '',
    'x'.repeat(255),
    '😀'.repeat(256),
    'y'.repeat(2_000),
    'y'.repeat(2_001),
    '\ufffd',
    '\u007f',
    '\u001f',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

/** Odd, too, and good all the same. */
const goodText = oddText.map((text) => text.toWellFormed().replaceAll('\0', '').slice(0, 200));

const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1e2',
    '1.50',
    '1e-4',
    '1e-7',
    '1e400',
    '123456789012345.1',
    '1E+2',
    '0.30000000000000004',
    '1e21',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc
    .tuple(fc.integer(), fc.nat({ max: 99_999 }), fc.integer({ min: -20, max: 20 }))
    .map(([whole, places, exponent]) => `${whole}.${places}e${exponent}`),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 9_999 }))
    .map(([whole, places]) => `${whole}.${places}`),
);

const goodAmount = fc.oneof(
  fc.constantFrom('0', '-0', '1e2', '1.50', '1e-4', '123456789012345.1', '1E+2', '1.50000e1'),
  fc.integer({ min: -99_999, max: 99_999 }).map((cents) => String(cents / 100)),
  fc.stringMatching(/^-?\d{1,15}(\.\d{1,4})?$/).map((text) => JSON.stringify(text)),
);
const amountText = fc.oneof(
  fc.stringMatching(/^-?\d{1,16}(\.\d{0,5})?$/),
  fc.stringMatching(/^[-+.\deE ]{0,8}$/),
);
const dateText = fc.oneof(
  fc.stringMatching(/^(0000|0001|19\d\d|20\d\d|9999)-(0\d|1[0-3])-([0-3]\d)$/),
  fc.stringMatching(
    /^2026-0[1-3]-[0-3]\d[Tt ]([01]\d|2\d):[0-6]\d(:[0-6]\d(\.\d{1,3})?)?(Z|z|[+-][0-2]\d:?[0-6]\d)?$/,
  ),
  fc.stringMatching(/^[\d-]{8,11}$/),
);
const currency = fc.oneof(
  fc.constantFrom('USD', 'EUR', 'usd', 'DEM', 'XXX', 'ZZZ', 'USD '),
  fc.stringMatching(/^[A-Z]{3}$/),
);

const anyValue = fc.oneof(
  oddText.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    'null',
    'true',
    '0',
    '-1.5e3',
    '1e999',
    '[]',
    '{}',
    '[[],{}]',
    '{"transactions":[1]}',
    '""',
  ),
  fc.json({ maxDepth: 3 }),
);

/** A text of JSON, in which some characters stand as escapes. */
const quoted = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.nat({ max: 9 }))
    .map(([given, escaped]) =>
      escaped === 0
        ? `"${[...given.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
        : JSON.stringify(given),
    );

/** Mostly good, so that a row is not refused for another of its fields. */
const mostly = (good: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 60, arbitrary: good },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: anyValue },
  );

const member = (name: string, value: fc.Arbitrary<string>) =>
  value.map((text) => `${JSON.stringify(name)}:${text}`);
const maybe = (part: fc.Arbitrary<string>, weight = 1) =>
  fc.oneof({ weight, arbitrary: part }, { weight: 1, arbitrary: fc.constant('') });

/** The id of a row is odd at most in one of its two parts, so that rows of different cases are never the same. */
const ids = fc
  .tuple(fc.nat({ max: 30 }), fc.nat({ max: 20 }), quoted(oddText))
  .map(([number, kind, odd]) => {
    const good = `"t-${place}-${number}"`;
    if (kind === 0) return `"transaction_id":${odd},"account_id":"a-${place}"`;
    if (kind === 1) return `"transaction_id":${good},"account_id":${odd}`;
    return `"account_id":"a-${place}","transaction_id":${good}`;
  });

const row = fc
  .tuple(
    ids,
    member(
      'amount',
      mostly(
        goodAmount,
        fc.oneof(
          number,
          amountText.map((text) => JSON.stringify(text)),
        ),
      ),
    ),
    maybe(
      member(
        'currency',
        mostly(
          fc.constant('"USD"'),
          currency.map((text) => JSON.stringify(text)),
        ),
      ),
      30,
    ),
    maybe(
      member(
        'iso_currency_code',
        mostly(
          fc.constant('"EUR"'),
          currency.map((text) => JSON.stringify(text)),
        ),
      ),
    ),
    member(
      'date',
      mostly(
        fc.constant('"2026-01-31"'),
        dateText.map((text) => JSON.stringify(text)),
      ),
    ),
    maybe(member('merchant_name', mostly(quoted(goodText), quoted(oddText)))),
    maybe(member('description', mostly(quoted(goodText), quoted(oddText)))),
    maybe(member('name', mostly(quoted(goodText), quoted(oddText)))),
    maybe(fc.tuple(quoted(oddText), anyValue).map(([name, value]) => `${name}:${value}`)),
    fc.oneof(
      { weight: 15, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: member('amount', number) },
    ),
  )
  .chain(([id, ...others]) =>
    fc
      .shuffledSubarray([id, ...others], { minLength: 1 + others.length })
      .map((members) => `{${members.filter((text) => text !== '').join(',')}}`),
  );

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t');
const rows = fc.array(
  fc.oneof({ weight: 40, arbitrary: row }, { weight: 1, arbitrary: anyValue }),
  { maxLength: 6 },
);

const envelope = fc
  .tuple(
    rows.map((texts) => `"transactions":[${texts.join(',')}]`),
    maybe(member('request_id', mostly(quoted(goodText), quoted(oddText)))),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      {
        weight: 1,
        arbitrary: member('total_transactions', mostly(fc.nat({ max: 6 }).map(String), anyValue)),
      },
    ),
    maybe(fc.tuple(quoted(oddText), anyValue).map(([name, value]) => `${name}:${value}`)),
  )
  .chain((parts) => fc.tuple(fc.shuffledSubarray(parts, { minLength: 4 }), space))
  .map(([parts, gap]) => `{${parts.filter((text) => text !== '').join(`${gap},${gap}`)}}`);

const piece = fc.constantFrom(
  ...'{}[],:"\\0e-\n',
  ' ',
  ',,',
  '\ufeff',
  '\u0001',
  'null',
  '"transactions":[],',
  '\u00a0',
);

/** The text, or what is left of it when something is put in, left out or cut off. */
const sometimesBroken = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.nat({ max: 4 }),
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.array(piece, { maxLength: 2 }),
      fc.boolean(),
    )
    .map(([whole, kind, at, left, put, isCut]) => {
      if (kind > 0) return whole;
      const index = at % (whole.length + 1);
      return whole.slice(0, index) + put.join('') + (isCut ? '' : whole.slice(index + left));
    });

/** The bytes, of which one is another at times. */
const bytesOf = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.nat({ max: 20 }), fc.nat(), fc.nat({ max: 255 }))
    .map(([given, kind, at, byte]) => {
      const bytes = Buffer.from(given);
      if (kind === 0 && bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });

const json = bytesOf(sometimesBroken(envelope)).map((body): Request => ({ body }));
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\n\n', '\n \n');
const ndjson = bytesOf(
  sometimesBroken(
    fc
      .array(
        fc.tuple(
          fc.oneof({ weight: 40, arbitrary: row }, { weight: 1, arbitrary: anyValue }),
          lineEnd,
        ),
        { maxLength: 6 },
      )
      .map((lines) => lines.map((parts) => parts.join('')).join('')),
  ),
).map((body): Request => ({ type: ndjsonType, body }));

const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.stringMatching(/^\?(total_transactions|request_id)=[\w%+&;=.-]{0,12}$/),
  },
);

const request = fc
  .tuple(fc.oneof(json, ndjson), query, fc.constantFrom(undefined, undefined, 7))
  .map(
    ([given, search, pieceBytes]): Request => ({
      ...given,
      query: search,
      ...(pieceBytes !== undefined && { pieceBytes }),
    }),
  );

/** Requests of all kinds, most of them nearly good. The same seed gives the same ones. */
export function generateCases(count: number, seed: number): Case[] {
  return fc.sample(request, { numRuns: count, seed }).map((given, index) => ({
    name: `request ${index} of seed ${seed}`,
    steps: [
      {
        request: { ...given, body: withIds(given.body as Buffer, `${seed}-${index}`) },
        expected: { status: 0 },
      },
    ],
  }));
}

/** Puts the text in place of each `@@`. */
function withIds(body: Buffer, id: string): Buffer {
  return Buffer.from(body.toString('latin1').replaceAll(place, id), 'latin1');
}
